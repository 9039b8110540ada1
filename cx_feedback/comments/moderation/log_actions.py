"""Labels and messages of moderators' decisions for Wagtail's audit log."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.log_actions import LogFormatter

#: The action (see ``services.audit_log``), its label in the filters of the site history, and its
#: message.
ACTIONS = (
    (
        "comment.approve",
        pgettext_lazy("comment", "Approve comment"),
        pgettext_lazy("comment", "Comment approved"),
    ),
    (
        "comment.reject",
        pgettext_lazy("comment", "Reject comment"),
        pgettext_lazy("comment", "Comment rejected"),
    ),
    ("comment.mark_spam", _("Mark comment as spam"), _("Comment marked as spam")),
    (
        "comment.hide",
        pgettext_lazy("comment", "Hide comment"),
        pgettext_lazy("comment", "Comment hidden"),
    ),
    (
        "comment.restore",
        pgettext_lazy("comment", "Restore comment"),
        pgettext_lazy("comment", "Comment restored"),
    ),
    ("comment.refuse_edit", _("Refuse edit of comment"), _("Edit of the comment refused")),
    (
        "comment.edit",
        pgettext_lazy("comment", "Edit comment"),
        pgettext_lazy("comment", "Comment edited by the site"),
    ),
    (
        "comment.delete",
        pgettext_lazy("comment", "Delete comment"),
        pgettext_lazy("comment", "Comment deleted for good"),
    ),
    (
        "comment.reply",
        pgettext_lazy("comment", "Reply to comment"),
        _("Staff reply published"),
    ),
    (
        "comment.ask_author",
        _("Pass comment on to the author"),
        _("Comment passed on to the author of the page"),
    ),
    ("comment.pick", pgettext_lazy("comment", "Feature comment"), _("Comment featured")),
    (
        "comment.unpick",
        pgettext_lazy("comment", "Remove editor's pick"),
        _("Comment no longer featured"),
    ),
    (
        "comment.pin",
        pgettext_lazy("comment", "Pin comment"),
        pgettext_lazy("comment", "Comment pinned"),
    ),
    ("comment.unpin", pgettext_lazy("comment", "Unpin comment"), _("Comment no longer pinned")),
    ("comment.ban", pgettext_lazy("comment", "Ban author"), _("Author of the comment banned")),
    ("ban.lift", pgettext_lazy("comment", "Lift ban"), pgettext_lazy("comment", "Ban lifted")),
    (
        "comment.flags",
        _("Comment hidden after reports"),
        _("Comment returned to moderation after reports"),
    ),
    (
        "comment.object",
        pgettext_lazy("comment", "Objection"),
        _("The author of the comment objected to a decision"),
    ),
    (
        "comment.uphold",
        pgettext_lazy("comment", "Accept objection"),
        pgettext_lazy("comment", "Objection accepted"),
    ),
    (
        "comment.dismiss",
        pgettext_lazy("comment", "Dismiss objection"),
        pgettext_lazy("comment", "Objection dismissed"),
    ),
    (
        "comment.undo",
        pgettext_lazy("comment", "Undo decision"),
        pgettext_lazy("comment", "Decision undone"),
    ),
)


class CommentLogFormatter(LogFormatter):
    """Adds the reason to the message of an action."""

    def format_message(self, log_entry: Any) -> str:
        reason = log_entry.data.get("reason")
        return f"{self.message}: {reason}" if reason else str(self.message)


def register_actions(actions: Any) -> None:
    """Register the actions with Wagtail."""
    for action, label, message in ACTIONS:
        formatter = type("Formatter", (CommentLogFormatter,), {"label": label, "message": message})
        actions.register_action(f"cx_feedback.comments.{action}")(formatter)
