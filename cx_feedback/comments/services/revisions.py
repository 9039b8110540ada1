"""Revisions: every text of a comment, and which of them was seen.

Call the functions in the transaction that locked the comment.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Comment, CommentRevision, Markup
from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.comments.services.text_shingles import compute_min_shingles
from cx_feedback.core.retention_periods import get_cutoff

#: Rows per statement.
BATCH_SIZE = 1_000


@dataclass(frozen=True)
class SeenComment:
    """The last revision and the state of a comment as a moderator saw them."""

    revision: int
    state: str

    def __str__(self) -> str:
        return f"{self.revision}:{self.state}"

    def is_current(self, comment: Comment) -> bool:
        """Return whether the locked ``comment`` is still as it was seen."""
        return comment.latest_revision == self.revision and comment.state == self.state


def get_seen(comment: Comment) -> SeenComment:
    """Return what a screen that shows ``comment`` now has to send with a decision."""
    return SeenComment(comment.latest_revision, str(comment.state))


def parse_seen(value: str) -> SeenComment | None:
    """Return the text of a ``SeenComment`` as one, None if it isn't one."""
    number, _sign, state = value.partition(":")
    if not number.isdecimal() or not state or len(number) > 9:
        return None
    return SeenComment(int(number), state)


def get_conflict_message() -> str:
    """Return the message for a decision on something else than what was seen."""
    return _("This comment has changed since you opened it. Read it again and decide.")


def add_revision(
    comment: Comment,
    text: str,
    *,
    waits: bool = False,
    moderator: Any = None,
    findings: list[dict[str, Any]] | None = None,
    score: float | None = None,
) -> CommentRevision:
    """Store a new text. It is shown, or with ``waits`` proposed while the present one stays.

    Sets the fields of ``comment``, which the caller saves (``REVISION_FIELDS``). An earlier
    proposal is replaced. ``moderator`` is given for texts by the site.
    """
    now = timezone.now()
    _keep_present_text(comment)
    rows = CommentRevision.objects.filter(comment=comment)
    number = (rows.aggregate(last=Max("number"))["last"] or comment.revision) + 1
    revision = CommentRevision.objects.create(
        comment=comment,
        number=number,
        text=text,
        html=render_markdown(text),
        by_site=moderator is not None,
        moderator=moderator,
        created_at=now,
        spam_findings=findings or [],
        spam_score=score,
    )
    drop_proposal(comment, now)
    if waits:
        comment.proposed = number
    else:
        show_revision(comment, revision, now)
    return revision


#: The fields of a comment that ``add_revision`` and ``show_revision`` set.
REVISION_FIELDS = [
    "text", "html", "markup", "search_text", "revision", "proposed", "edited_at", "edited_by_site",
    "spam_findings", "spam_score", "shingle_first", "shingle_second",
]  # fmt: skip


def _keep_present_text(comment: Comment) -> None:
    """Store the text of a comment that is edited for the first time."""
    CommentRevision.objects.get_or_create(
        comment=comment,
        number=comment.revision,
        defaults={
            "text": comment.text,
            "markup": comment.markup,
            "html": comment.html,
            "created_at": comment.created_at,
            "spam_findings": comment.spam_findings,
            "spam_score": comment.spam_score,
        },
    )


def show_revision(comment: Comment, revision: CommentRevision, now: datetime.datetime) -> None:
    """Make ``revision`` the text of ``comment``; the caller saves ``REVISION_FIELDS``."""
    CommentRevision.objects.filter(comment=comment, number=comment.revision).update(replaced_at=now)
    CommentRevision.objects.filter(pk=revision.pk).update(replaced_at=None)
    comment.text, comment.html = revision.text, revision.html
    comment.markup, comment.revision = Markup(revision.markup), revision.number
    comment.shingle_first, comment.shingle_second = compute_min_shingles(comment.plain_text)
    comment.edited_at = None if revision.number == 1 else revision.created_at
    comment.edited_by_site = comment.edited_by_site or revision.by_site
    comment.spam_findings, comment.spam_score = revision.spam_findings, revision.spam_score
    if comment.proposed == revision.number:
        comment.proposed = None


def accept_proposal(comment: Comment, now: datetime.datetime) -> None:
    """Show the author's edit that waits, and save the comment."""
    proposed = comment.revisions.get(number=comment.latest_revision)
    show_revision(comment, proposed, now)
    comment.save(update_fields=REVISION_FIELDS)


def drop_proposal(comment: Comment, now: datetime.datetime) -> None:
    """Refuse the author's edit, if one waits; the caller saves the comment."""
    if comment.proposed is not None:
        rows = CommentRevision.objects.filter(comment=comment, number=comment.proposed)
        rows.update(replaced_at=now)
        comment.proposed = None


def restore_revision(comment: Comment, *, shown: int, proposed: int | None) -> bool:
    """Show the revision ``shown`` and propose ``proposed`` again, for an undo; save the comment.

    Returns False and changes nothing if a text is no longer stored.
    """
    rows = {r.number: r for r in comment.revisions.filter(number__in=[shown, proposed or 0])}
    if shown not in rows or (proposed is not None and proposed not in rows):
        return False
    show_revision(comment, rows[shown], timezone.now())
    comment.proposed = proposed
    CommentRevision.objects.filter(comment=comment, number=proposed or 0).update(replaced_at=None)
    comment.save(update_fields=REVISION_FIELDS)
    return True


def get_proposed_revisions(comments: Iterable[Comment]) -> dict[int, CommentRevision]:
    """Return the edits that wait, by comment ID; one query, none if nothing waits."""
    waiting = {comment.pk: comment.proposed for comment in comments if comment.proposed}
    if not waiting:
        return {}
    rows = CommentRevision.objects.filter(comment__in=waiting, number__in=set(waiting.values()))
    return {row.comment_id: row for row in rows if waiting[row.comment_id] == row.number}


def get_latest_text(comment: Comment) -> str:
    """Return the text that the author last wrote, whether it is shown or waits."""
    proposed = get_proposed_revisions([comment]).get(comment.pk)
    return proposed.text if proposed else comment.text


def delete_revisions(comment_ids: Iterable[int]) -> None:
    """Delete the texts of comments whose own text is deleted."""
    CommentRevision.objects.filter(comment__in=list(comment_ids)).delete()


def delete_old_revisions(*, now: datetime.datetime | None = None) -> int:
    """Delete texts replaced for COMMENTS_REVISION_DAYS and return their number."""
    late = find_old_revisions(now)
    done = 0
    while ids := list(late.values_list("pk", flat=True)[:BATCH_SIZE]):
        done += late.filter(pk__in=ids).delete()[0]
    return done


def find_old_revisions(now: datetime.datetime | None = None) -> QuerySet[CommentRevision]:
    """Return the replaced texts that have been kept long enough."""
    # Accepting an objection can show the text again. No join: deletion checks the date once more.
    objected = Comment.objects.filter(objected=True).values("pk")
    cutoff = get_cutoff("comment_revisions", now=now)
    rows = CommentRevision.objects.filter(replaced_at__lt=cutoff)
    return rows.exclude(comment__in=objected).order_by("pk")
