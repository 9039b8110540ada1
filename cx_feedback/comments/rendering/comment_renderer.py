"""The HTML of comments, built from strings: a template would take fifty times as long.

All user input is escaped, except ``Comment.html``, which nh3 has cleaned. The HTML is the same for
every reader. The script adds the reader's own comments and votes.
"""

import datetime
from collections.abc import Iterable
from html import escape

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cx_feedback.comments.models import Comment, CommentSettings
from cx_feedback.comments.rendering.reactions import REACTIONS
from cx_feedback.comments.rendering.thread_tree import Node

Votes = CommentSettings.Votes
#: Lines from which a comment is folded. Long lines count as several.
FOLD_LINES, LINE_LENGTH = 30, 80
_LINE_MARKS = ("<br", "<p", "<li", "<pre")


class CommentRenderer:
    """Renders comments in one language and by the rules of one page."""

    def __init__(
        self, *, language: str, votes: str, closed: bool, reactions: Iterable[str] = ()
    ) -> None:
        self.language = escape(language)
        self.votes = votes
        self.closed = closed
        self.base = escape(reverse("cx_feedback:comments-post").removesuffix("post/"))
        self.reply, self.to = (
            escape(pgettext("comment", "Reply")),
            escape(pgettext("comment", "to %(name)s")),
        )
        self.to_whom = escape(_("to the comment of %(name)s"))
        self.flag, self.of = (
            escape(pgettext("comment", "Report")),
            escape(pgettext("comment", "the comment of %(name)s")),
        )
        self.answers, self.earlier = (
            pgettext("comment", "in reply to %(name)s"),
            escape(_("in reply to an earlier comment")),
        )
        #: Follows a long text, which CSS cuts while it is closed: the words are there for all who
        #: search, jump or listen.
        self.fold = (
            f'<details class="cx-fold"><summary><span>{escape(_("Show the whole comment"))}</span>'
            f"<span>{escape(_('Show less of the comment'))}</span></summary></details>"
        )
        self.gone = escape(_("This comment has been removed."))
        self.badges = {
            "staff": self._render_badge("staff", pgettext("comment", "Staff")),
            "pick": self._render_badge("pick", pgettext("comment", "Editor's pick")),
            "pin": self._render_badge("pin", pgettext("comment", "Pinned")),
        }
        self.edited, self.edited_by_site = (
            f' <span class="cx-edited">{escape(words)}</span>'
            for words in (pgettext("comment", "edited"), pgettext("comment", "edited by the site"))
        )
        self.pro = escape(_("Vote for the comment of %(name)s, votes so far: %(n)s"))
        self.contra = escape(_("Vote against the comment of %(name)s, votes so far: %(n)s"))
        self.react = escape(pgettext("comment", "React"))
        self.reactions = [
            (key, REACTIONS[key].sign, escape(REACTIONS[key].label)) for key in reactions
        ]
        self._days: dict[datetime.date, str] = {}
        self._times: dict[tuple[int, int], str] = {}

    def render_list(self, nodes: Iterable[Node]) -> SafeString:
        """Return the list items of ``nodes`` with their replies."""
        return mark_safe("".join(self._render_item(node) for node in nodes))

    def _render_item(self, node: Node) -> str:
        comment = node.comment
        inside = (
            f'<p class="cx-comment-removed">{self.gone}</p>'
            if node.gone
            else self._render_article(node)
        )
        if node.replies:
            inside += f'<ol class="cx-replies">{self.render_list(node.replies)}</ol>'
        if node.more:
            words = ngettext("%(n)d more reply", "%(n)d more replies", node.more) % {"n": node.more}
            inside += (
                f'<p class="cx-more"><a data-cx-below href="{self.base}{comment.pk}/?lang='
                f'{self.language}" rel="nofollow">{escape(words)}</a></p>'
            )
        what = (
            ""
            if node.gone
            else ' itemprop="comment" itemscope itemtype="https://schema.org/Comment"'
        )
        return f'<li class="cx-comment" id="cx-comment-{comment.pk}"{what}>{inside}</li>'

    def _render_article(self, node: Node) -> str:
        comment = node.comment
        name = escape(comment.name)
        lang = comment.language
        other = f' lang="{escape(lang)}"' if lang and lang != self.language else ""
        return (
            f'<article{other}><header class="cx-comment-header">'
            f'<span class="cx-initial" aria-hidden="true">'
            f"{escape(comment.name[:1].upper())}</span><span>"
            '<strong class="cx-author" itemprop="author" itemscope '
            'itemtype="https://schema.org/Person">'
            f'<span dir="auto" itemprop="name">{name}</span></strong>'
            f"{self._render_badges(comment)}{self._render_reply_note(node)}<br>"
            f"{self._render_date(comment)}"
            '</span></header><div class="cx-comment-text" dir="auto" itemprop="text">'
            f"{comment.html}</div>{self.fold if is_long(comment.html) else ''}"
            f'<div class="cx-comment-actions">{self._render_actions(comment, name)}</div></article>'
        )

    def _render_badges(self, comment: Comment) -> str:
        badges = self.badges["staff"] if comment.by_staff else ""
        if comment.picked:
            badges += self.badges["pick"]
        if comment.pinned_at:
            badges += self.badges["pin"]
        return badges

    def _render_badge(self, name: str, words: str) -> str:
        return f' <span class="cx-badge cx-badge-{name}">{escape(words)}</span>'

    def _render_reply_note(self, node: Node) -> str:
        if node.in_reply_to is None:
            return ""
        words = (
            escape(self.answers % {"name": node.in_reply_to}) if node.in_reply_to else self.earlier
        )
        return f' <span class="cx-reply-note">{words}</span>'

    def _render_date(self, comment: Comment) -> str:
        at = timezone.localtime(comment.created_at)
        day = self._days.get(at.date()) or self._days.setdefault(
            at.date(), escape(date_format(at, "DATE_FORMAT"))
        )
        minute = (at.hour, at.minute)
        time = self._times.get(minute) or self._times.setdefault(
            minute, escape(date_format(at, "TIME_FORMAT"))
        )
        return (
            f'<a class="cx-comment-date" itemprop="url" href="{self.base}{comment.pk}/"><time '
            f'itemprop="dateCreated" datetime="{at.isoformat("T", "seconds")}">{day}, {time}</time>'
            f"</a>{self._render_edit_note(comment)}"
        )

    def _render_edit_note(self, comment: Comment) -> str:
        if comment.edited_by_site:
            return self.edited_by_site
        return self.edited if comment.edited_at else ""

    def _render_actions(self, comment: Comment, name: str) -> str:
        pk, acts = comment.pk, ""
        if self.votes != Votes.NONE:
            acts += self._render_vote_form(comment, name)
        if not self.closed:
            acts += (
                f'<a class="cx-reply" data-cx-reply="{pk}" href="{self.base}{pk}/reply/?lang='
                f'{self.language}" rel="nofollow">{self.reply}<span class="cx-visually-hidden"> '
                f"{self.to % {'name': name}}</span></a>"
            )
        return acts + (
            f'<a class="cx-flag" data-cx-inline href="{self.base}{pk}/flags/?lang={self.language}" '
            f'rel="nofollow">{self.flag}<span class="cx-visually-hidden"> '
            f"{self.of % {'name': name}}</span></a>"
        )

    def _render_vote_form(self, comment: Comment, name: str) -> str:
        if self.votes == Votes.REACTIONS:
            buttons = self._render_reactions(comment, name)
        else:
            buttons = self._render_votes(comment, name)
        return (
            f'<form class="cx-vote" method="post" action="{self.base}{comment.pk}/votes/">'
            f'<input type="hidden" name="lang" value="{self.language}">{buttons}</form>'
        )

    def _render_votes(self, comment: Comment, name: str) -> str:
        buttons = self._render_vote_button(1, self.pro, "▲", name, comment.up)
        if self.votes == Votes.BOTH:
            buttons += self._render_vote_button(-1, self.contra, "▼", name, comment.down)
        return buttons

    def _render_reactions(self, comment: Comment, name: str) -> str:
        """Return the buttons of given reactions, and the others inside a ``details`` element."""
        given, others, counts = "", "", comment.reaction_counts
        for key, sign, label in self.reactions:
            n = counts.get(key, 0)
            button = (
                f'<button class="cx-quiet" name="reaction" value="{key}" title="{label}" '
                f'aria-label="{label}, {self.of % {"name": name}}: {n}">'
                f'<span aria-hidden="true">{sign}</span> <b>{n}</b></button>'
            )
            given, others = (given + button, others) if n else (given, others + button)
        return (
            f'<meta itemprop="upvoteCount" content="{comment.up}">{given}<details><summary>'
            f'<span aria-hidden="true">☺</span> <span class="cx-word">{self.react}</span>'
            '<span class="cx-visually-hidden"> '
            f"{self.to_whom % {'name': name}}</span></summary>{others}</details>"
        )

    def _render_vote_button(self, value: int, label: str, sign: str, name: str, n: int) -> str:
        counted = (
            f'<meta itemprop="{"upvoteCount" if value > 0 else "downvoteCount"}" content="{n}">'
        )
        label = label % {"name": name, "n": n}
        return (
            f'{counted}<button class="cx-quiet" name="value" value="{value}" aria-label="{label}">'
            f'<span aria-hidden="true">{sign}</span> <b>{n}</b></button>'
        )


def is_long(html: str) -> bool:
    """Return whether the HTML of a comment takes so many lines that it is folded."""
    if len(html) < FOLD_LINES * 2:
        return False
    lines = sum(html.count(mark) for mark in _LINE_MARKS)
    if "<pre" in html:
        lines += html.count("\n")
    return max(lines, len(html) // LINE_LENGTH) > FOLD_LINES
