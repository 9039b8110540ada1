"""Refusals as their authors see them."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from cx_feedback.comments.models import Comment, ModerationEvent, Objection
from cx_feedback.comments.objections.objection_links import get_objection_path
from cx_feedback.comments.objections.refusal_mails import REFUSALS
from cx_feedback.comments.services.objections import (
    OBJECTION_DAYS,
    find_objection,
    get_closed_message,
)
from cx_feedback.comments.services.refusal_notices import tells_refusals
from cx_feedback.comments.services.refusals import find_refused_texts, get_refusals, get_told_filter
from cx_feedback.comments.submission.author import Actor

#: The most refusals that are shown, the newest ones.
MAX_REFUSALS = 20


@dataclass(frozen=True)
class OwnRefusal:
    """A refusal of a reader's own comment."""

    event: ModerationEvent
    #: The author's text that readers don't see, as HTML: a refused edit, or what the site edited.
    #: "" for a decision about the whole comment, and once the text is no longer stored.
    edit: str = ""

    @property
    def comment(self) -> Comment:
        return self.event.comment

    @property
    def said(self) -> str:
        return str(REFUSALS[self.event.action])

    @property
    def reason(self) -> str:
        return self.event.reason

    @property
    def path(self) -> str:
        """The page with the decision and the form to object."""
        return get_objection_path(self.event.pk)

    @property
    def objection(self) -> Objection | None:
        return find_objection(self.event)

    @property
    def objection_state(self) -> str:
        """The state of the objection, "" without one."""
        return self.objection.state if self.objection else ""

    @property
    def may_object(self) -> bool:
        return not get_closed_message(self.event)


def get_own_refusals(actor: Actor, page_id: int | None = None) -> list[OwnRefusal]:
    """Return the refusals of the actor's comments that are in force, newest first.

    One query, one more for the settings of each site if there are any, and one for texts.
    """
    mine = _get_own_condition(actor)
    if mine is None:
        return []
    since = timezone.now() - datetime.timedelta(days=OBJECTION_DAYS)
    rows = get_refusals().filter(mine, holds=True, created_at__gt=since)
    rows = rows.filter(get_told_filter(), moderator__isnull=False)
    rows = rows.exclude(moderator=F("comment__user"))
    if page_id is not None:
        rows = rows.filter(comment__thread__page_id=page_id)
    rows = rows.select_related("comment__thread__page", "objection").order_by("-pk")
    newest: dict[tuple[int, str], ModerationEvent] = {}
    for event in rows[:MAX_REFUSALS]:
        newest.setdefault((event.comment_id, event.action), event)
    return build_refusals(_keep_told(list(newest.values())))


def build_refusals(events: list[ModerationEvent]) -> list[OwnRefusal]:
    """Return refusals as their authors see them, with the texts that readers don't see."""
    texts = find_refused_texts(events)
    return [OwnRefusal(e, texts[e.pk].html if e.pk in texts else "") for e in events]


def _get_own_condition(actor: Actor) -> Q | None:
    if actor.reader is None and actor.user is None:
        return None
    mine = Q(comment__reader=actor.reader) if actor.reader else Q()
    return mine | Q(comment__user=actor.user) if actor.user else mine


def _keep_told(events: list[ModerationEvent]) -> list[ModerationEvent]:
    pages: dict[int, Any] = {e.comment.thread.page_id: e.comment.thread.page for e in events}
    telling = {pk: tells_refusals(page) for pk, page in pages.items()}
    return [event for event in events if telling[event.comment.thread.page_id]]
