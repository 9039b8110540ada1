"""Objections of authors to refusals, once per decision, and the decisions on them."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.models import (
    OBJECTION_LENGTH,
    TEXT_DECISIONS,
    Comment,
    ModerationEvent,
    Objection,
    State,
)
from cx_feedback.comments.permissions import get_moderators
from cx_feedback.comments.services.audit_log import LogLine, write_audit_log
from cx_feedback.comments.services.refusal_notices import queue_outcome, tells_refusals
from cx_feedback.comments.services.refusals import get_refusals
from cx_feedback.core.errors import Closed, InvalidInput, NotFound
from cx_feedback.core.text.text_cleaning import clean_text, has_visible_text

#: Days after a decision in which its author can object: the six months of the DSA, art. 20.
OBJECTION_DAYS = 183
#: Actions in the log: the author's objection, and how it ended.
OBJECT, UPHOLD, DISMISS = "object", "uphold", "dismiss"


@dataclass(frozen=True)
class ShownText:
    """The revisions that readers see before and after an objection is accepted."""

    before: int
    after: int


def get_refusal(event_id: int) -> ModerationEvent:
    """Return the refusal that a link is about. Raises NotFound if its author is not told of it."""
    rows = get_refusals().select_related("comment__thread__page", "objection")
    event: ModerationEvent | None = rows.filter(pk=event_id).first()
    if event is None or not tells_refusals(event.comment.thread.page):
        raise NotFound
    return event


def find_objection(event: ModerationEvent) -> Objection | None:
    """Return the objection to a decision, None if there is none."""
    return getattr(event, "objection", None)


def get_closed_message(event: Any) -> str:
    """Return why nobody can object to one of ``get_refusals``, "" if its author can."""
    if find_objection(event) is not None:
        return _("You have already objected to this decision.")
    if not event.holds and event.action in TEXT_DECISIONS and not event.undone:
        return _("The text has changed since this decision, so there is nothing to object to.")
    if not event.holds:
        return _("This decision no longer holds, so there is nothing to object to.")
    late = event.created_at < timezone.now() - datetime.timedelta(days=OBJECTION_DAYS)
    return _("The six months in which you could object are over.") if late else ""


@transaction.atomic
def object_to_refusal(*, event_id: int, text: str) -> Objection:
    """Store the author's objection to a refusal, for the moderators' queue.

    Raises InvalidInput naming ``text``, NotFound, and Closed if it cannot be objected to or has
    been objected to before.
    """
    words = _check_words(text, "text", required=True)
    event = get_refusal(event_id)
    # The lock makes a second objection wait for the first and then find it.
    rows = Comment.objects.select_for_update(no_key=True, of=("self",))
    rows.filter(pk=event.comment_id).first()
    event = get_refusal(event_id)
    if message := get_closed_message(event):
        raise Closed(message)
    now, comment = timezone.now(), event.comment
    objection = Objection.objects.create(comment=comment, event=event, text=words, created_at=now)
    Comment.objects.filter(pk=comment.pk).update(objected=True)
    _record(objection, OBJECT, None, now)
    return objection


def _check_words(text: str, field: str, *, required: bool) -> str:
    if len(text) - text.count("\r\n") > OBJECTION_LENGTH:
        raise InvalidInput(fields={field: [_("At most %d characters.") % OBJECTION_LENGTH]})
    words = clean_text(text)
    if required and not has_visible_text(words):
        raise InvalidInput(fields={field: [_("Write some words first.")]})
    return words


def may_decide(objection: Objection, moderator: Any) -> bool:
    """Return whether ``moderator`` may decide: not on an own refusal if somebody else can."""
    return objection.event.moderator_id != moderator.pk or not has_other_moderators(objection)


def has_other_moderators(objection: Objection) -> bool:
    """Return whether somebody else than who refused the comment moderates its page."""
    people = get_moderators(objection.comment.thread.page.path)
    return people.exclude(pk=objection.event.moderator_id).exists()


def lock_objection(objection_id: int, among: QuerySet[Comment] | None = None) -> Objection:
    """Lock and return an objection to a decision on one of the comments ``among``."""
    rows = Objection.objects.select_related("event", "comment__thread__page")
    if among is not None:
        rows = rows.filter(comment__in=among)
    found = rows.select_for_update(of=("self",)).filter(pk=objection_id).first()
    if found is None:
        raise NotFound
    return found


def settle_objections(
    comments: Iterable[Comment], *, moderator: Any, batch: uuid.UUID, now: datetime.datetime
) -> None:
    """Accept the open objections about locked ``comments`` that a decision has published.

    Those about one text of a comment stay open, because that text is not what was published.
    """
    objected = [comment.pk for comment in comments if comment.objected]
    rows = Objection.objects.filter(comment__in=objected)
    _accept_open(rows.exclude(event__action__in=TEXT_DECISIONS), objected, moderator, batch, now)


def settle_undone_refusals(
    events: Iterable[ModerationEvent],
    comments: dict[int, Comment],
    *,
    moderator: Any,
    batch: uuid.UUID,
    now: datetime.datetime,
) -> None:
    """Accept the open objections to the undone ``events``, of locked comments, about one text."""
    undone = [
        e.pk for e in events if e.action in TEXT_DECISIONS and comments[e.comment_id].objected
    ]
    _accept_open(Objection.objects.filter(event__in=undone), undone, moderator, batch, now)


def _accept_open(
    rows: QuerySet[Objection],
    ids: list[int],
    moderator: Any,
    batch: uuid.UUID,
    now: datetime.datetime,
) -> None:
    if not ids:
        return
    found = rows.filter(state=Objection.State.OPEN)
    for objection in found.select_related("event", "comment__thread__page"):
        settle_objection(objection, Objection.State.UPHELD, moderator, batch, now)


def settle_objection(
    objection: Objection,
    state: Objection.State,
    moderator: Any,
    batch: uuid.UUID,
    now: datetime.datetime,
    *,
    shown: ShownText | None = None,
) -> None:
    """Store how an objection to a locked comment ended, log it and tell the author."""
    again = moderator is not None and objection.event.moderator_id == moderator.pk
    alone = again and not has_other_moderators(objection)
    objection.state, objection.batch = state, batch
    objection.moderator, objection.decided_at, objection.decided_alone = moderator, now, alone
    objection.save()
    still_open = Objection.objects.filter(
        comment=objection.comment_id, state=Objection.State.OPEN
    ).exists()
    Comment.objects.filter(pk=objection.comment_id).update(objected=still_open)
    action = UPHOLD if state == Objection.State.UPHELD else DISMISS
    _record(objection, action, moderator, now, shown=shown)
    queue_outcome(objection)


def check_answer(answer: str, *, required: bool) -> str:
    """Return the cleaned words to the author. Raises InvalidInput naming ``answer``."""
    return _check_words(answer, "answer", required=required)


def reopen_objections(batch: uuid.UUID, comment_ids: list[int]) -> None:
    """Open the objections again that the undone action ``batch`` has settled."""
    rows = Objection.objects.filter(batch=batch, comment__in=comment_ids)
    reopened = list(rows.values_list("comment_id", flat=True))
    if reopened:
        rows.update(
            state=Objection.State.OPEN,
            batch=None,
            answer="",
            moderator=None,
            decided_alone=False,
            decided_at=None,
        )
        Comment.objects.filter(pk__in=reopened).update(objected=True)


def _record(
    objection: Objection,
    action: str,
    moderator: Any,
    now: datetime.datetime,
    *,
    shown: ShownText | None = None,
) -> None:
    comment, refused = objection.comment, objection.event
    state = State(comment.state)
    revision = refused.revision if objection.is_about_text else comment.latest_revision
    revision = shown.after if shown else revision
    ModerationEvent.objects.create(
        comment=comment,
        moderator=moderator,
        from_state=state,
        to_state=state,
        action=action,
        revision=revision,
        revision_before=shown.before if shown else None,
        # What the objection is about, for the log.
        reason=refused.reason,
        batch=objection.batch,
        created_at=now,
    )
    detail = {"decision": refused.pk, **({"revision": revision} if shown else {})}
    line = LogLine(comment, state, state, detail)
    write_audit_log(action, [line], moderator, now)
