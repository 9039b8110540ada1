"""Who may see results: staff who may change surveys, and staff with the right of its own."""

from typing import Any


def may_see_results(user: Any, change: str = "cx_feedback_surveys.change_survey") -> bool:
    """Return whether ``user`` may see results; ``change`` is the right to edit what was asked."""
    if user is None or not user.is_active:
        return False
    return bool(user.has_perm(change) or user.has_perm("cx_feedback_surveys.view_results"))
