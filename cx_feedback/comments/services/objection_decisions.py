"""Moderators' decisions on objections."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.models import EDIT, Comment, CommentRevision, Objection, State
from cx_feedback.comments.services import objections
from cx_feedback.comments.services.counters import touch_threads
from cx_feedback.comments.services.decisions import decide_on_comments, lock_comments
from cx_feedback.comments.services.refusals import find_refused_texts, get_refusals
from cx_feedback.comments.services.revisions import (
    REVISION_FIELDS,
    SeenComment,
    get_conflict_message,
    show_revision,
)
from cx_feedback.core.errors import Conflict, Refused


@transaction.atomic
def decide_on_objection(
    *,
    objection_id: int,
    uphold: bool,
    moderator: Any,
    answer: str = "",
    seen: SeenComment | None = None,
    among: QuerySet[Comment] | None = None,
) -> Objection:
    """Accept an objection, or dismiss it with an answer.

    Accepting publishes the comment, or shows the author's text that was refused or edited by the
    site, if nothing was written since.
    Raises Refused for whoever refused the comment if somebody else moderates its page, Conflict if
    somebody has decided already or the comment is no longer as it was ``seen``, and InvalidInput
    naming ``answer``, which a dismissal needs.
    """
    answer = objections.check_answer(answer, required=not uphold)
    known = Objection.objects.filter(pk=objection_id).values_list("comment_id", flat=True)
    comment = next(iter(lock_comments(list(known), among)), None)
    objection = objections.lock_objection(objection_id, among)
    if objection.state != Objection.State.OPEN:
        raise Conflict(_("Somebody else has already decided about this objection."))
    if not objections.may_decide(objection, moderator):
        raise Refused(_("You refused this comment, so another moderator decides here."))
    if comment is None or (seen is not None and not seen.is_current(comment)):
        raise Conflict(get_conflict_message())
    now, batch = timezone.now(), uuid.uuid4()
    state = Objection.State.UPHELD if uphold else Objection.State.DISMISSED
    objection.answer, objection.comment = answer, comment
    if uphold and not objection.is_about_text and comment.state in (State.REJECTED, State.HIDDEN):
        objection.save(update_fields=["answer"])
        # Publishing it accepts the objection.
        decide_on_comments("approve", ids=[comment.pk], moderator=moderator, batch=batch)
    else:
        shown = _show_refused_text(objection, now) if uphold else None
        objections.settle_objection(objection, state, moderator, batch, now, shown=shown)
    objection.refresh_from_db()
    return objection


def find_texts_to_show(objections: Iterable[Objection]) -> dict[int, CommentRevision]:
    """Return by objection the text that accepting it shows to readers; two queries at most.

    Objections about a comment as a whole, or about a text that has changed since, have none.
    """
    about = {each.event_id: each.pk for each in objections if each.is_about_text}
    if not about:
        return {}
    texts = find_refused_texts(get_refusals().filter(pk__in=about, holds=True))
    return {about[event_id]: text for event_id, text in texts.items()}


def _show_refused_text(objection: Objection, now: datetime.datetime) -> objections.ShownText | None:
    """Show the refused text of a locked comment, if there is one that can be shown."""
    text, comment = find_texts_to_show([objection]).get(objection.pk), objection.comment
    if text is None:
        return None
    shown = objections.ShownText(before=comment.revision, after=text.number)
    show_revision(comment, text, now)
    if objection.event.action == EDIT:
        comment.edited_by_site = False
    comment.save(update_fields=REVISION_FIELDS)
    if comment.state == State.PUBLISHED:
        touch_threads([comment.thread_id])
    return shown
