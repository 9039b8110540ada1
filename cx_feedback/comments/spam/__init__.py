"""Is it spam? Small classes look at a comment; each gives points and says why.

``base`` what they are, ``registry`` which there are, ``pipeline`` asks them, ``scorers`` ours.
What the points lead to is decided in ``comments/submission/initial_state.py``.
"""

from cx_feedback.comments.spam.base import (
    AuthorRecord,
    Scorer,
    SpamFinding,
    Submission,
)
from cx_feedback.comments.spam.pipeline import (
    describe_finding,
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
    "get_network_scorers",
    "reaches_spam",
    "score_by_network",
    "score_submission",
    "sum_points",
]
