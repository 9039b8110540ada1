"""Who may see what of this room."""

from typing import Any

from cx_feedback.core.rooms.titles import get_admin_url


def may_see_loyalty(user: Any) -> bool:
    """Return whether ``user`` may see the overview, which names nobody."""
    return bool(user.has_perm("cx_feedback_loyalty.view_loyalty"))


def may_name_readers(user: Any) -> bool:
    """Return whether ``user`` may know who a reader is."""
    return bool(user.has_perm("cx_feedback_readers.view_reader"))


def settings_url(user: Any) -> str:
    """Return where ``user`` may decide on tiers, "" for who may not or a site without settings."""
    if not user.has_perm("cx_feedback_loyalty.change_loyaltysettings"):
        return ""
    return get_admin_url("wagtailsettings:edit", "cx_feedback_loyalty", "loyaltysettings")
