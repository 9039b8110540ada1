"""Editors' choice whether admin screens have keyboard shortcuts."""

from typing import Any


def are_shortcuts_on(user: Any) -> bool:
    """Return Wagtail's setting of the account, true before it was set.

    Without it, shortcuts hold only where something of the screen's own list has the focus.
    """
    profile = getattr(user, "wagtail_userprofile", None)
    return bool(getattr(profile, "keyboard_shortcuts", True))
