"""The moderators' acts in the words of Wagtail's audit log, with the reason where there is one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.log_actions import LogFormatter

#: The act (see ``services.audit_log``), its name among the filters of the site's history, what it
#: says of a comment.
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
    (
        "comment.answer",
        pgettext_lazy("comment", "Reply to comment"),
        _("Answer of the staff published"),
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
        "comment.undo",
        pgettext_lazy("comment", "Undo decision"),
        pgettext_lazy("comment", "Decision undone"),
    ),
)


class CommentLogFormatter(LogFormatter):
    """An act; its reason follows."""

    def format_message(self, log_entry: Any) -> str:
        reason = log_entry.data.get("reason")
        return f"{self.message}: {reason}" if reason else str(self.message)


def register_actions(actions: Any) -> None:
    """Name the acts for Wagtail's registry of log actions."""
    for act, label, message in ACTIONS:
        formatter = type("Act", (CommentLogFormatter,), {"label": label, "message": message})
        actions.register_action(f"cx_feedback.comments.{act}")(formatter)
