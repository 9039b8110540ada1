"""Who may see what of this room."""

from typing import Any


def may_see_loyalty(user: Any) -> bool:
    """Return whether ``user`` may see the overview, which names nobody."""
    return bool(user.has_perm("cx_feedback_loyalty.view_loyalty"))


def may_name_readers(user: Any) -> bool:
    """Return whether ``user`` may know who a reader is."""
    return bool(user.has_perm("cx_feedback_readers.view_reader"))
