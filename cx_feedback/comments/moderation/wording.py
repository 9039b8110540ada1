"""The words on buttons and in messages, and which acts are offered where."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, State

#: Tabs that are no state.
ALL, FLAGGED, UNREAD = "all", "flagged", "unread"

LABELS = {
    "approve": gettext_lazy("Approve"),
    "reject": gettext_lazy("Reject"),
    "mark_spam": gettext_lazy("Spam"),
    "hide": gettext_lazy("Hide"),
    "restore": gettext_lazy("Restore"),
    "answer": pgettext_lazy("act", "Reply"),
    "pick": gettext_lazy("Pick"),
    "unpick": gettext_lazy("Unpick"),
    "pin": gettext_lazy("Pin"),
    "unpin": gettext_lazy("Unpin"),
    "ban": gettext_lazy("Ban"),
    "shadow_ban": gettext_lazy("Shadow ban"),
    "undo": gettext_lazy("Undo"),
}
#: What stands on a tab, where there are many.
TABS = {
    State.PENDING: pgettext_lazy("comments", "Waiting"),
    FLAGGED: pgettext_lazy("comments", "Flagged"),
    UNREAD: pgettext_lazy("comments", "To look at"),
    State.PUBLISHED: pgettext_lazy("comments", "Published"),
    State.REJECTED: pgettext_lazy("comments", "Rejected"),
    State.SPAM: pgettext_lazy("comments", "Spam"),
    State.HIDDEN: pgettext_lazy("comments", "Hidden"),
    State.TOMBSTONE: pgettext_lazy("comments", "Deleted"),
    State.ERASED: pgettext_lazy("comments", "Erased"),
    ALL: pgettext_lazy("comments", "All"),
}
#: The key that does it, in the queue.
KEYS = {
    "approve": "a", "reject": "r", "mark_spam": "s", "hide": "h", "restore": "t",
    "answer": "c", "pick": "p", "unpick": "p", "pin": "i", "unpin": "i", "ban": "b",
}  # fmt: skip
#: What is offered for all that is ticked in a tab; what does not apply is passed over.
BULK: dict[str, tuple[str, ...]] = {
    State.PENDING: ("approve", "reject", "mark_spam"),
    UNREAD: ("approve", "hide", "mark_spam"),
    FLAGGED: ("approve", "hide", "reject", "mark_spam"),
    State.PUBLISHED: ("hide", "mark_spam", "reject"),
    State.REJECTED: ("approve", "restore", "mark_spam"),
    State.SPAM: ("approve", "restore"),
    State.HIDDEN: ("restore", "reject", "mark_spam"),
    ALL: ("approve", "reject", "mark_spam"),
}
#: What a moderator rejects for, unless the site has reasons of its own.
REASONS = (
    gettext_lazy("Insults or hate"),
    gettext_lazy("Not about the article"),
    gettext_lazy("Advertising"),
    gettext_lazy("False claims"),
    gettext_lazy("Somebody's private details"),
    gettext_lazy("Nothing that can be understood"),
)
MOST_REASONS = 9


@dataclass(frozen=True)
class Button:
    """An act that a row offers."""

    act: str
    label: Any
    #: Whether it stands out.
    main: bool = False

    @property
    def key(self) -> str:
        return KEYS.get(self.act, "")


def buttons_of(comment: Comment) -> list[Button]:
    """Return what is offered for a comment, the likely acts first."""
    acts = services.acts_for(comment)
    if comment.state == State.PENDING:
        acts = ["approve", "reject", "mark_spam"]
    elif comment.state == State.SPAM:
        acts = ["approve", "restore"]
    elif comment.state == State.REJECTED:
        acts = ["approve", "restore", "mark_spam"]
    elif comment.state == State.HIDDEN:
        acts = ["restore", "reject", "mark_spam"]
    elif comment.state == State.PUBLISHED:
        acts = [act for act in ("approve", "hide", "mark_spam", "reject") if act in acts]
    found = [Button(act, label_of(act, comment.state), act in _main(comment)) for act in acts]
    if comment.state in (State.PENDING, State.PUBLISHED):
        found.append(Button("answer", LABELS["answer"]))
    found += [Button(act, LABELS[act]) for act in services.marks_for(comment)]
    if acts and not comment.by_staff and services.kinds_of(comment):
        found.append(Button("ban", LABELS["ban"]))
    return found


def _main(comment: Comment) -> tuple[str, ...]:
    return ("restore",) if comment.state == State.HIDDEN else ("approve",)


def label_of(act: str, state: str) -> Any:
    """Return the word for an act on a comment, or on those of a tab."""
    if act == "restore" and state in (State.REJECTED, State.SPAM):
        return gettext_lazy("Back to waiting")
    if act == "approve" and state in (State.PUBLISHED, FLAGGED, UNREAD):
        return gettext_lazy("Keep")
    return LABELS[act]


def reasons(setting: str = "") -> list[str]:
    """Return the reasons to reject, the site's (a line each) or ours."""
    own = [line.strip()[:200] for line in setting.splitlines() if line.strip()]
    return (own or [str(reason) for reason in REASONS])[:MOST_REASONS]


def said(act: str, count: int) -> str:
    """Return what happened, in words."""
    if not count:
        return _("Nothing changed: somebody may have decided already.")
    words = {
        "approve": ngettext("%d comment approved.", "%d comments approved.", count),
        "reject": ngettext("%d comment rejected.", "%d comments rejected.", count),
        "mark_spam": ngettext("%d comment marked as spam.", "%d comments marked as spam.", count),
        "hide": ngettext("%d comment hidden.", "%d comments hidden.", count),
        "restore": ngettext("%d comment restored.", "%d comments restored.", count),
        "pick": ngettext("%d comment picked.", "%d comments picked.", count),
        "unpick": ngettext("%d comment no longer picked.", "%d comments no longer picked.", count),
        "pin": ngettext("%d comment pinned.", "%d comments pinned.", count),
        "unpin": ngettext("%d comment no longer pinned.", "%d comments no longer pinned.", count),
        "undo": ngettext("Undone for %d comment.", "Undone for %d comments.", count),
    }
    return words[act] % count
