"""The rank by which comments are ordered best first."""

from cx_feedback.core.statistics import wilson_interval


def compute_rank(up: int, down: int) -> float:
    """Return the lower bound of the share of votes for a comment (Wilson 1927), 0 to 1.

    It is 0 without votes. 1 vote of 1 ranks below 40 of 45.
    """
    return wilson_interval(up, up + down)[0]
