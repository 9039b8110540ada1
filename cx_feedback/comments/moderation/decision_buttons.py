"""Labels of decisions, and the decisions that are available for a comment or a tab."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext, pgettext_lazy

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, State
from cx_feedback.comments.moderation.queue_tab_names import ALL, EDITED, FLAGGED, UNREAD

DECISION_LABELS = {
    "approve": pgettext_lazy("comment", "Approve"),
    "reject": pgettext_lazy("comment", "Reject"),
    "mark_spam": pgettext_lazy("comment", "Spam"),
    "hide": pgettext_lazy("comment", "Hide"),
    "restore": pgettext_lazy("comment", "Restore"),
    "refuse_edit": gettext_lazy("Keep the earlier text"),
    "edit": pgettext_lazy("comment", "Edit"),
    "delete": pgettext_lazy("comment", "Delete for good"),
    "reply": pgettext_lazy("act", "Reply"),
    "pick": pgettext_lazy("comment", "Feature"),
    "unpick": pgettext_lazy("comment", "Unfeature"),
    "pin": pgettext_lazy("comment", "Pin"),
    "unpin": pgettext_lazy("comment", "Unpin"),
    "ban": pgettext_lazy("comment", "Ban"),
    "suspend": pgettext_lazy("comment", "Suspension"),
    "shadow_ban": pgettext_lazy("comment", "Shadow ban"),
    "object": pgettext_lazy("comment", "Objection"),
    "uphold": pgettext_lazy("comment", "Objection accepted"),
    "dismiss": pgettext_lazy("comment", "Objection dismissed"),
    "undo": pgettext_lazy("comment", "Undo"),
}
#: Keyboard shortcuts in the queue.
SHORTCUT_KEYS = {
    "approve": "a", "refuse_edit": "e", "reject": "r", "mark_spam": "s", "hide": "h",
    "restore": "t",
    "reply": "c", "pick": "p", "unpick": "p", "pin": "i", "unpin": "i", "ban": "b",
}  # fmt: skip
#: Decisions for all selected comments of a tab. Comments to which one doesn't apply are skipped.
BULK_DECISIONS: dict[str, tuple[str, ...]] = {
    State.PENDING: ("approve", "reject", "mark_spam"),
    UNREAD: ("approve", "hide", "mark_spam"),
    EDITED: ("approve", "refuse_edit", "hide", "mark_spam"),
    FLAGGED: ("approve", "hide", "reject", "mark_spam"),
    State.PUBLISHED: ("hide", "mark_spam", "reject"),
    State.REJECTED: ("approve", "restore", "mark_spam"),
    State.SPAM: ("approve", "restore", "mark_spam"),
    State.HIDDEN: ("restore", "reject", "mark_spam"),
    ALL: ("approve", "reject", "mark_spam"),
}


#: Decisions that are made on a page of their own, where the moderator writes something.
_WITH_WORDS = ("reject", "refuse_edit", "reply", "ban")


@dataclass(frozen=True)
class DecisionButton:
    """A button of a comment."""

    act: str
    label: Any
    #: True for primary buttons.
    main: bool = False

    @property
    def key(self) -> str:
        return SHORTCUT_KEYS.get(self.act, "")

    @property
    def url_name(self) -> str:
        """The name of the page where the decision is written, "" for one without words."""
        return f"cx_comments:{self.act}" if self.act in _WITH_WORDS else ""


def build_buttons(comment: Comment) -> list[DecisionButton]:
    """Return the buttons of a comment, the most likely ones first."""
    acts = services.get_decisions(comment)
    if comment.state == State.PENDING:
        acts = ["approve", "reject", "mark_spam"]
    elif comment.state == State.SPAM:
        acts = ["approve", *(act for act in ("restore", "mark_spam") if act in acts)]
    elif comment.state == State.REJECTED:
        acts = ["approve", "restore", "mark_spam"]
    elif comment.state == State.HIDDEN:
        acts = ["restore", "reject", "mark_spam"]
    elif comment.state == State.PUBLISHED:
        offered = ("approve", "refuse_edit", "hide", "mark_spam", "reject")
        acts = [act for act in offered if act in acts]
    shown_as = EDITED if comment.proposed else comment.state
    found = [
        DecisionButton(act, get_label(act, shown_as), act in _get_primary_decisions(comment))
        for act in acts
    ]
    if comment.state in (State.PENDING, State.PUBLISHED):
        found.append(DecisionButton("reply", DECISION_LABELS["reply"]))
    found += [
        DecisionButton(act, DECISION_LABELS[act]) for act in services.get_highlight_actions(comment)
    ]
    if acts and not comment.by_staff and services.get_ban_keys(comment):
        found.append(DecisionButton("ban", DECISION_LABELS["ban"]))
    return found


def build_group_buttons(state: str) -> list[DecisionButton]:
    """Return the buttons for all comments that stand together in a tab."""
    acts = BULK_DECISIONS.get(state, ())
    return [DecisionButton(act, get_label(act, state), act == acts[0]) for act in acts]


def _get_primary_decisions(comment: Comment) -> tuple[str, ...]:
    return ("restore",) if comment.state == State.HIDDEN else ("approve",)


def get_label(act: str, state: str) -> Any:
    """Return the label of a decision on a comment, or on the comments of a tab."""
    if act == "restore" and state in (State.REJECTED, State.SPAM):
        return gettext_lazy("Move back to pending")
    if act == "mark_spam" and state == State.SPAM:
        return gettext_lazy("Yes, spam")
    if act == "approve" and state == EDITED:
        return gettext_lazy("Publish the edit")
    if act == "approve" and state in (State.PUBLISHED, FLAGGED, UNREAD):
        return pgettext_lazy("comment", "Keep published")
    return DECISION_LABELS[act]


def describe_result(act: str, count: int, *, conflicts: int = 0) -> str:
    """Return the message after a decision on ``count`` comments.

    ``conflicts`` is the number of those that had changed since they were seen.
    """
    if conflicts:
        changed = ngettext(
            "%d comment has changed since you opened it: decide about it again.",
            "%d comments have changed since you opened them: decide about them again.",
            conflicts,
        )
        done = [describe_result(act, count)] if count else []
        return " ".join([*done, changed % conflicts])
    if not count:
        return _("Nothing changed. Another moderator may have decided already.")
    words = {
        "approve": npgettext("comment", "%d comment approved.", "%d comments approved.", count),
        "reject": npgettext("comment", "%d comment rejected.", "%d comments rejected.", count),
        "mark_spam": ngettext("%d comment marked as spam.", "%d comments marked as spam.", count),
        "refuse_edit": ngettext("%d edit refused.", "%d edits refused.", count),
        "hide": npgettext("comment", "%d comment hidden.", "%d comments hidden.", count),
        "restore": npgettext("comment", "%d comment restored.", "%d comments restored.", count),
        "pick": npgettext("comment", "%d comment featured.", "%d comments featured.", count),
        "unpick": ngettext(
            "%d comment no longer featured.", "%d comments no longer featured.", count
        ),
        "pin": npgettext("comment", "%d comment pinned.", "%d comments pinned.", count),
        "unpin": ngettext("%d comment no longer pinned.", "%d comments no longer pinned.", count),
        "undo": ngettext("Undone for %d comment.", "Undone for %d comments.", count),
    }
    return words[act] % count
