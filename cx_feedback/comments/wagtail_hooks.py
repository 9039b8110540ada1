"""The editor's side of the conversation, put into Wagtail's admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name the moderators' acts for Wagtail's audit log."""
    for act, label, message in (
        ("approve", _("Approve comment"), _("Comment approved")),
        ("reject", _("Reject comment"), _("Comment rejected")),
        ("mark_spam", _("Mark comment as spam"), _("Comment marked as spam")),
        ("hide", _("Hide comment"), _("Comment hidden")),
        ("restore", _("Restore comment"), _("Comment restored")),
    ):
        actions.register_action(f"cx_comments.{act}", label, message)
