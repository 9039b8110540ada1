"""The moderators' acts in the words of Wagtail's audit log, with the reason where there is one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter

#: The act (see ``services.logging``), its name among the filters of the site's history, what it
#: says of a comment.
ACTIONS = (
    ("approve", _("Approve comment"), _("Comment approved")),
    ("reject", _("Reject comment"), _("Comment rejected")),
    ("mark_spam", _("Mark comment as spam"), _("Comment marked as spam")),
    ("hide", _("Hide comment"), _("Comment hidden")),
    ("restore", _("Restore comment"), _("Comment restored")),
    ("answer", _("Answer comment"), _("Answer of the staff published")),
    ("pick", _("Pick comment"), _("Comment made an editor's pick")),
    ("unpick", _("Take editor's pick away"), _("Editor's pick taken away")),
    ("pin", _("Pin comment"), _("Comment pinned")),
    ("unpin", _("Unpin comment"), _("Comment no longer pinned")),
    ("ban", _("Ban author"), _("Author of the comment banned")),
    ("lift_ban", _("Lift ban"), _("Ban lifted")),
    ("flags", _("Comment taken back by flags"), _("Comment waits again: readers flagged it")),
    ("undo", _("Undo decision"), _("Decision undone")),
)


class Act(LogFormatter):
    """An act; its reason follows."""

    def format_message(self, log_entry: Any) -> str:
        reason = log_entry.data.get("reason")
        return f"{self.message}: {reason}" if reason else str(self.message)


def register(actions: Any) -> None:
    """Name the acts for Wagtail's registry of log actions."""
    for act, label, message in ACTIONS:
        formatter = type("Act", (Act,), {"label": label, "message": message})
        actions.register_action(f"cx_comments.{act}")(formatter)
