"""Is it spam? Small classes look at a comment; each gives points and says why.

``base`` what they are, ``registry`` which there are, ``pipeline`` asks them, ``scorers`` ours.
What the points lead to is decided in ``comments/submission/initial_state.py``.
"""

from cx_feedback.comments.spam.base import Record, Scorer, Signal, Submission
from cx_feedback.comments.spam.pipeline import (
    ask_network,
    describe,
    examine,
    network_scorers,
    reaches_spam,
    total,
)

__all__ = [
    "Record",
    "Scorer",
    "Signal",
    "Submission",
    "ask_network",
    "describe",
    "examine",
    "network_scorers",
    "reaches_spam",
    "total",
]
