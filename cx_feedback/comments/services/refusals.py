"""Refusals: moderators' decisions against an author's words, and whether they still hold."""

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from cx_feedback.comments.models import (
    EDIT,
    REFUSE_EDIT,
    TEXT_DECISIONS,
    CommentRevision,
    ModerationEvent,
    State,
)
from cx_feedback.comments.objections.refusal_mails import REFUSALS


def get_refusals() -> QuerySet[Any]:
    """Return all refusals except authors' own, with ``holds``: whether each is in force.

    The account of the moderator may have been deleted since.
    """
    holds = _get_comment_condition() & ~Q(action__in=TEXT_DECISIONS)
    holds |= _get_edit_condition() | _get_redaction_condition()
    rows = ModerationEvent.objects.filter(action__in=REFUSALS, batch__isnull=False)
    return rows.annotate(
        holds=ExpressionWrapper(Q(undone=False) & holds, output_field=BooleanField())
    )


def _get_comment_condition() -> Q:
    """Return the condition of refused comments: no later decision changed the state.

    A comment can be published again and then refused for another reason.
    """
    later = ModerationEvent.objects.filter(
        comment=OuterRef("comment"), pk__gt=OuterRef("pk"), undone=False
    )
    # An undo and what it took back, which is marked, cancel each other out.
    later = later.exclude(from_state=F("to_state")).exclude(action="undo")
    return Q(comment__state=F("to_state")) & ~Q(Exists(later))


def _get_edit_condition() -> Q:
    """Return the condition of refused edits: readers see the same text, and none was written."""
    written = CommentRevision.objects.filter(
        comment=OuterRef("comment"), number__gt=OuterRef("revision")
    )
    # Texts are deleted after a time, what was decided about them is not.
    decided = ModerationEvent.objects.filter(
        comment=OuterRef("comment"), pk__gt=OuterRef("pk"), revision__gt=OuterRef("revision")
    )
    same = Q(comment__proposed__isnull=True, comment__revision=F("revision_before"))
    return (
        Q(action=REFUSE_EDIT, comment__state=State.PUBLISHED)
        & same
        & ~Q(Exists(written))
        & ~Q(Exists(decided))
    )


def _get_redaction_condition() -> Q:
    """Return the condition of texts that the site has edited: they are still the last ones.

    Nobody is told of edits of comments that nobody sees, spam among them.
    """
    of_site = CommentRevision.objects.filter(
        comment=OuterRef("comment"),
        number=OuterRef("comment__revision"),
        number__gt=OuterRef("revision"),
        by_site=True,
    )
    later = ModerationEvent.objects.filter(
        comment=OuterRef("comment"), pk__gt=OuterRef("pk"), action=EDIT, batch__isnull=False
    )
    is_seen = Q(comment__state__in=(State.PENDING, State.PUBLISHED))
    return Q(action=EDIT) & is_seen & Q(Exists(of_site)) & ~Q(Exists(later))


def is_told(event: ModerationEvent) -> bool:
    """Return whether a decision is one that authors are told of; the query is ``get_told_filter``.

    A text that the site has changed is told without a reason too: it stands under its author's
    name. Other decisions are told with a reason only, so that spam learns nothing.
    """
    return event.action in REFUSALS and (event.reason != "" or event.action == EDIT)


def get_told_filter() -> Q:
    """Return the condition of the refusals that authors are told of (see ``is_told``)."""
    return ~Q(reason="") | Q(action=EDIT)


def find_refused_texts(events: Iterable[ModerationEvent]) -> dict[int, CommentRevision]:
    """Return by event the author's text that readers don't see; one query, none without any.

    Decisions about a comment as a whole have none, and a text goes with COMMENTS_REVISION_DAYS.
    """
    asked = [event for event in events if event.action in TEXT_DECISIONS]
    if not asked:
        return {}
    rows = CommentRevision.objects.filter(
        comment__in={event.comment_id for event in asked}, by_site=False
    )
    texts: dict[int, list[CommentRevision]] = {}
    for row in rows.order_by("number"):
        texts.setdefault(row.comment_id, []).append(row)
    found = {}
    for event in asked:
        last = event.revision or 0
        # The site may have edited its own text once more.
        first = last if event.action == REFUSE_EDIT else 1
        written = [t for t in texts.get(event.comment_id, []) if first <= t.number <= last]
        if written:
            found[event.pk] = written[-1]
    return found
