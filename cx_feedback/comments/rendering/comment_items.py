"""Build what ``comment.html`` shows: labels, and for each comment one item with its words ready.

Everything is text, not HTML: the template escapes it. Only ``CommentItem.html`` is HTML, which nh3
has cleaned. Items are the same for every reader and have no email address, so that no template of
a site can show one. The script adds the reader's own comments and votes.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cx_feedback.comments.models import Comment
from cx_feedback.comments.rendering.reactions import REACTIONS
from cx_feedback.comments.rendering.thread_tree import Node

#: Lines from which a comment is folded. Long lines count as several.
FOLD_LINES, LINE_LENGTH = 30, 80
_LINE_MARKS = ("<br", "<p", "<li", "<pre")


@dataclass(frozen=True)
class Labels:
    """The words that are the same for all comments."""

    reply: str
    report: str
    react: str
    removed: str
    unfold: str
    fold: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge of an author or a comment; ``key`` is staff, pick or pin."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class ReactionButton:
    """A reaction to one comment. ``description`` is for screen readers."""

    key: str
    sign: str
    label: str
    description: str
    count: int


@dataclass(slots=True)
class CommentItem:
    """A comment as its template shows it, with its replies."""

    pk: int | str
    #: The path of the comment's own page; those of its actions continue it.
    url: str
    #: True for a removed comment whose place is kept for its replies. It has no other value.
    gone: bool = False
    name: str = ""
    initial: str = ""
    #: The language of the comment, "" if it is that of the page.
    language: str = ""
    html: SafeString = field(default_factory=SafeString)
    #: True for a long text, which is cut by CSS until it is opened.
    folded: bool = False
    badges: tuple[Badge, ...] = ()
    reply_note: str = ""
    edit_note: str = ""
    #: Date and time for people and, as ISO 8601, for programs.
    date: str = ""
    datetime: str = ""
    up: int = 0
    down: int = 0
    vote_for: str = ""
    vote_against: str = ""
    #: The reactions that were given, and the others that are offered.
    given: list[ReactionButton] = field(default_factory=list)
    others: list[ReactionButton] = field(default_factory=list)
    #: Words that follow "Reply", "Report" and "React" for screen readers.
    to_name: str = ""
    of_name: str = ""
    to_comment: str = ""
    replies: list["CommentItem"] = field(default_factory=list)
    #: The words of the link to the replies that are not shown here, "" without any.
    more: str = ""


class CommentItemBuilder:
    """Builds the items of comments in the present language, for the rules of one page."""

    def __init__(self, *, language: str, reactions: Iterable[str] = ()) -> None:
        self.language = language
        self.base = reverse("cx_feedback:comments-post").removesuffix("post/")
        self.reactions = [
            (key, REACTIONS[key].sign, str(REACTIONS[key].label)) for key in reactions
        ]
        self.labels = Labels(
            reply=pgettext("comment", "Reply"),
            report=pgettext("comment", "Report"),
            react=pgettext("comment", "React"),
            removed=_("This comment has been removed."),
            unfold=_("Show the whole comment"),
            fold=_("Show less of the comment"),
        )
        self._badges = {
            "staff": Badge("staff", pgettext("comment", "Staff")),
            "pick": Badge("pick", pgettext("comment", "Editor's pick")),
            "pin": Badge("pin", pgettext("comment", "Pinned")),
        }
        self._to_name = pgettext("comment", "to %(name)s")
        self._of_name = pgettext("comment", "the comment of %(name)s")
        self._to_comment = _("to the comment of %(name)s")
        self._in_reply_to = pgettext("comment", "in reply to %(name)s")
        self._in_reply_to_earlier = _("in reply to an earlier comment")
        self._vote_for = _("Vote for the comment of %(name)s, votes so far: %(n)s")
        self._vote_against = _("Vote against the comment of %(name)s, votes so far: %(n)s")
        self._edited = pgettext("comment", "edited")
        self._edited_by_site = pgettext("comment", "edited by the site")
        self._days: dict[datetime.date, str] = {}
        self._times: dict[tuple[int, int], str] = {}

    def build_items(self, nodes: Iterable[Node]) -> list[CommentItem]:
        """Return the items of ``nodes`` with their replies."""
        return [self._build_item(node) for node in nodes]

    def build_blank(self) -> CommentItem:
        """Return the item of no comment, which the script fills with a reader's own ones."""
        return CommentItem(pk="", url=self.base)

    def _build_item(self, node: Node) -> CommentItem:
        pk = node.comment.pk
        item = CommentItem(pk=pk, url=f"{self.base}{pk}/", gone=node.gone)
        item.replies = self.build_items(node.replies)
        if node.more:
            more = ngettext("%(n)d more reply", "%(n)d more replies", node.more)
            item.more = more % {"n": node.more}
        if not node.gone:
            self._fill(item, node)
        return item

    def _fill(self, item: CommentItem, node: Node) -> None:
        comment = node.comment
        item.name = name = comment.name
        item.initial = name[:1].upper()
        if comment.language and comment.language != self.language:
            item.language = comment.language
        item.html = mark_safe(comment.html)
        item.folded = is_long(comment.html)
        item.badges = self._get_badges(comment)
        item.reply_note = self._get_reply_note(node)
        item.edit_note = self._get_edit_note(comment)
        item.date, item.datetime = self._format_date(comment)
        item.to_name = self._to_name % {"name": name}
        item.of_name = self._of_name % {"name": name}
        item.up, item.down = comment.up, comment.down
        if self.reactions:
            self._fill_reactions(item, comment)
        else:
            item.vote_for = self._vote_for % {"name": name, "n": comment.up}
            item.vote_against = self._vote_against % {"name": name, "n": comment.down}

    def _fill_reactions(self, item: CommentItem, comment: Comment) -> None:
        item.to_comment = self._to_comment % {"name": item.name}
        counts = comment.reaction_counts
        for key, sign, label in self.reactions:
            n = counts.get(key, 0)
            button = ReactionButton(key, sign, label, f"{label}, {item.of_name}: {n}", n)
            (item.given if n else item.others).append(button)

    def _get_badges(self, comment: Comment) -> tuple[Badge, ...]:
        shown = {"staff": comment.by_staff, "pick": comment.picked, "pin": comment.pinned_at}
        return tuple(self._badges[key] for key, held in shown.items() if held)

    def _get_reply_note(self, node: Node) -> str:
        if node.in_reply_to is None:
            return ""
        if node.in_reply_to:
            return self._in_reply_to % {"name": node.in_reply_to}
        return self._in_reply_to_earlier

    def _get_edit_note(self, comment: Comment) -> str:
        if comment.edited_by_site:
            return self._edited_by_site
        return self._edited if comment.edited_at else ""

    def _format_date(self, comment: Comment) -> tuple[str, str]:
        at = timezone.localtime(comment.created_at)
        day = self._days.get(at.date()) or self._days.setdefault(
            at.date(), date_format(at, "DATE_FORMAT")
        )
        minute = (at.hour, at.minute)
        time = self._times.get(minute) or self._times.setdefault(
            minute, date_format(at, "TIME_FORMAT")
        )
        return f"{day}, {time}", at.isoformat("T", "seconds")


def is_long(html: str) -> bool:
    """Return whether the HTML of a comment takes so many lines that it is folded."""
    if len(html) < FOLD_LINES * 2:
        return False
    lines = sum(html.count(mark) for mark in _LINE_MARKS)
    if "<pre" in html:
        lines += html.count("\n")
    return max(lines, len(html) // LINE_LENGTH) > FOLD_LINES
