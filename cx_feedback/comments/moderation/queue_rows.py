"""The rows of the queue: comments with the author's history, flags, spam findings and bans."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import npgettext, pgettext

from cx_feedback.comments import services
from cx_feedback.comments.models import (
    AuthorNote,
    Ban,
    Comment,
    CommentRevision,
    Flag,
    Objection,
    State,
)
from cx_feedback.comments.moderation.decision_buttons import DecisionButton, build_buttons
from cx_feedback.comments.moderation.queue_groups import QueueGroup
from cx_feedback.comments.moderation.text_changes import (
    TextChange,
    describe_objections,
    describe_proposal,
)
from cx_feedback.comments.services.author_questions import can_ask_author
from cx_feedback.comments.services.revisions import get_proposed_revisions
from cx_feedback.comments.spam import describe_finding
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.pages.site_time import format_moment
from cx_feedback.core.pages.sites import get_site_id_at_path
from cx_feedback.core.text.text_cleaning import html_to_text

#: The length in characters from which a comment is folded.
FOLDED_LENGTH = 900
_COUNTED_STATES = {
    "approved": State.PUBLISHED,
    "rejected": State.REJECTED,
    "spam": State.SPAM,
    "waiting": State.PENDING,
}


@dataclass(frozen=True)
class AuthorHistory:
    """The comments of an author by decision, including the current one."""

    approved: int = 0
    rejected: int = 0
    spam: int = 0
    waiting: int = 0
    #: The number of comments in any state.
    written: int = 0
    first: datetime.datetime | None = None
    #: The value for the author filter of the queue.
    author: str = ""

    def add(self, author: str, *, first: datetime.datetime, **counts: int) -> "AuthorHistory":
        """Return this history together with more comments of ``author``."""
        own = {name: getattr(self, name) + count for name, count in counts.items()}
        return AuthorHistory(**own, first=min(self.first or first, first), author=author)

    @property
    def is_new(self) -> bool:
        """True if this is the author's only comment."""
        return self.written <= 1

    @property
    def refused(self) -> int:
        return self.rejected + self.spam

    @property
    def words(self) -> str:
        """The history as text, without zeros."""
        said = []
        if self.approved:
            said.append(
                npgettext("comment", "%d published", "%d published", self.approved) % self.approved
            )
        if self.rejected:
            said.append(
                npgettext("comment", "%d rejected", "%d rejected", self.rejected) % self.rejected
            )
        if self.spam:
            said.append(pgettext("comment", "%d spam") % self.spam)
        if self.waiting:
            said.append(npgettext("comment", "%d waits", "%d wait", self.waiting) % self.waiting)
        if self.first:
            day = date_format(timezone.localtime(self.first), "SHORT_DATE_FORMAT")
            said.append(pgettext("comment", "here since %s") % day)
        return ", ".join(said)


@dataclass(frozen=True)
class FindingText:
    """A spam finding as text. ``against`` is True if it counts against the comment."""

    words: str
    points: float

    @property
    def against(self) -> bool:
        return self.points > 0


@dataclass
class QueueRow:
    """A comment with everything that a moderator needs to decide."""

    comment: Comment
    buttons: list[DecisionButton]
    record: AuthorHistory | None = None
    findings: list[FindingText] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    banned: str = ""
    #: The author's edit that waits, and what to say about a change.
    proposed: CommentRevision | None = None
    change: TextChange | None = None
    #: The author's open objection to a decision.
    objection: Objection | None = None
    #: What accepting that objection shows, if it is about one text.
    objected: TextChange | None = None
    #: Moderators' notes on the author, and whether the moderator may add one.
    notes: list[AuthorNote] = field(default_factory=list)
    may_note: bool = False
    #: The comments that it stands with, None if it stands alone.
    group: QueueGroup | None = None

    @property
    def begins_group(self) -> bool:
        return self.group is not None and self.group.number == self.comment.pk

    @property
    def seen(self) -> str:
        """The value that a decision sends along, to be refused if the comment has changed."""
        return f"{self.comment.pk}:{services.get_seen(self.comment)}"

    @property
    def editable(self) -> bool:
        """True if the comment has a text that moderators may edit."""
        return self.comment.state not in (State.TOMBSTONE, State.ERASED)

    @property
    def can_ask_author(self) -> bool:
        """True if the comment can be passed on to the author of its page."""
        return can_ask_author(self.comment)

    @property
    def html(self) -> str:
        """The last text of the author, which is decided on."""
        return self.proposed.html if self.proposed else self.comment.html

    @property
    def text(self) -> str:
        """The last text of the author on one line, for excerpts."""
        return html_to_text(self.html)

    @property
    def site_id(self) -> int | None:
        """The ID of the page's site, which determines the reasons to reject."""
        return get_site_id_at_path(self.comment.thread.page.url_path or "")

    @property
    def long(self) -> bool:
        return self.length > FOLDED_LENGTH

    @property
    def length(self) -> int:
        return len(self.proposed.text if self.proposed else self.comment.text)

    @property
    def bannable(self) -> str:
        """The possible kinds of ban, separated by spaces."""
        return " ".join(services.get_ban_keys(self.comment))


def build_rows(
    comments: Sequence[Comment],
    among: QuerySet[Comment],
    changes: Mapping[int, TextChange] | None = None,
) -> list[QueueRow]:
    """Return a row for each comment, with at most four queries, and one more if edits wait.

    Objections about one text of a comment take two more.

    Histories count only the comments in ``among``. ``changes`` has what to say of some rows.
    """
    proposals = get_proposed_revisions(comments)
    told = {c.pk: describe_proposal(c, proposals[c.pk]) for c in comments if c.pk in proposals}
    told |= changes or {}
    records = _get_records(comments, among)
    flags = _get_flags([comment.pk for comment in comments if comment.flags])
    bans = _get_bans(comments)
    objections = _get_objections([comment.pk for comment in comments if comment.objected])
    objected = describe_objections(objections.values(), {c.pk: c for c in comments})
    return [
        QueueRow(
            comment,
            build_buttons(comment),
            records.get(get_author_value(comment)),
            describe_findings(_get_findings(comment, proposals.get(comment.pk))),
            flags.get(comment.pk, []),
            next((w for key in services.get_ban_keys(comment).items() if (w := bans.get(key))), ""),
            proposals.get(comment.pk),
            told.get(comment.pk),
            objections.get(comment.pk),
            objected.get(comment.pk),
        )
        for comment in comments
    ]


def build_grouped_rows(groups: Sequence[QueueGroup], among: QuerySet[Comment]) -> list[QueueRow]:
    """Return a row for each comment of ``groups``, in their order."""
    rows = build_rows([comment for group in groups for comment in group.comments], among)
    group_of = {c.pk: group for group in groups if group.size > 1 for c in group.comments}
    for row in rows:
        row.group = group_of.get(row.comment.pk)
    return rows


def _get_findings(comment: Comment, proposed: CommentRevision | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = proposed.spam_findings if proposed else comment.spam_findings
    return found


def get_author_value(comment: Comment) -> str:
    """Return the value of a comment's author in the author filter, "" if there is none."""
    if comment.author_key:
        return f"key:{comment.author_key}"
    return f"reader:{comment.reader_id}" if comment.reader_id else ""


def match_author(value: str) -> Q:
    """Return the condition for an author: a value of ``get_author_value``, or a name or email."""
    kind, _sign, key = value.partition(":")
    if kind == "key" and key:
        return Q(author_key=key)
    if kind == "reader" and (reader_id := parse_id(key)) is not None:
        return Q(reader_id=reader_id)
    return Q(author_name__icontains=value) | Q(author_email__icontains=value)


def describe_findings(found_by: list[dict[str, Any]]) -> list[FindingText]:
    """Return stored findings as text, those with the most points first."""
    found = [FindingText(describe_finding(s), float(s.get("points", 0))) for s in found_by]
    return sorted((f for f in found if f.words), key=lambda f: -f.points)


def _get_records(comments: Sequence[Comment], among: QuerySet[Comment]) -> dict[str, AuthorHistory]:
    """Return the histories of the authors by ``get_author_value``, with one query."""
    keys = {c.author_key for c in comments if c.author_key}
    readers = {c.reader_id for c in comments if not c.author_key} - {None}
    if not keys and not readers:
        return {}
    counts = {as_: Count("pk", filter=Q(state=state)) for as_, state in _COUNTED_STATES.items()}
    rows = among.filter(Q(author_key__in=keys) | Q(reader__in=readers)).order_by()
    found: dict[str, AuthorHistory] = {}
    grouped = rows.values("author_key", "reader_id")
    for values in grouped.annotate(first=Min("created_at"), written=Count("pk"), **counts):
        row: dict[str, Any] = dict(values)
        key, reader_id = row.pop("author_key"), row.pop("reader_id")
        authors = [f"key:{key}"] if key in keys else []
        authors += [f"reader:{reader_id}"] if reader_id in readers else []
        for author in authors:
            found[author] = found.get(author, AuthorHistory()).add(author, **row)
    return found


def _get_flags(ids: list[int]) -> dict[int, list[Flag]]:
    found: dict[int, list[Flag]] = {}
    if ids:
        rows = Flag.objects.filter(comment__in=ids, state=Flag.State.OPEN).order_by("pk")
        for flag in rows:
            found.setdefault(flag.comment_id, []).append(flag)
    return found


def _get_objections(ids: list[int]) -> dict[int, Objection]:
    if not ids:
        return {}
    rows = Objection.objects.filter(comment__in=ids, state=Objection.State.OPEN)
    rows = rows.select_related("event__moderator").order_by("-pk")
    return {objection.comment_id: objection for objection in rows}


def _get_bans(comments: Sequence[Comment]) -> dict[tuple[str, str], str]:
    keys = {key for comment in comments for key in services.get_ban_keys(comment).values()}
    if not keys:
        return {}
    rows = Ban.objects.active().filter(key__in=keys).only("kind", "key", "shadow", "until")
    return {(ban.kind, ban.key): _describe_ban(ban) for ban in rows}


def _describe_ban(ban: Ban) -> str:
    if ban.shadow:
        return pgettext("comment", "shadow-banned")
    if ban.until:
        return pgettext("comment", "suspended until %s") % format_moment(ban.until)
    return pgettext("comment", "banned")
