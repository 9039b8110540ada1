"""Who may see the results of NPS widgets."""

from typing import Any

from cx_feedback.surveys import permissions


def may_see_results(user: Any) -> bool:
    """Return whether ``user`` may change NPS widgets or has the right to see results."""
    return permissions.may_see_results(user, "cx_feedback_nps.change_npswidget")
