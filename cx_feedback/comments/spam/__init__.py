"""Spam detection by scorers, each of which gives points for one aspect of a comment.

``base`` has the base class, ``registry`` the list of scorers, ``pipeline`` calls them, and
``scorers`` has the built-in ones. ``comments/submission/initial_state.py`` turns the points into a
state.
"""

from cx_feedback.comments.spam.base import (
    AuthorRecord,
    Scorer,
    SpamFinding,
    Submission,
)
from cx_feedback.comments.spam.pipeline import (
    describe_finding,
    find_put_aside_points,
    get_network_scorers,
    reaches_spam,
    score_by_network,
    score_submission,
    sum_points,
)

__all__ = [
    "AuthorRecord",
    "Scorer",
    "SpamFinding",
    "Submission",
    "describe_finding",
    "find_put_aside_points",
    "get_network_scorers",
    "reaches_spam",
    "score_by_network",
    "score_submission",
    "sum_points",
]
