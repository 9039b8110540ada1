"""The quality of a fit that rows hold; apart from the model, which imports numpy and scipy."""

from enum import StrEnum


class Quality(StrEnum):
    """The quality of a fit: GOOD, or the reason why it isn't."""

    GOOD = "good"
    TOO_FEW = "too-few"
    ALL_CAME_ONCE = "all-once"
    NOBODY_LEFT = "nobody-left"
    AT_BOUNDS = "at-bounds"
    NOT_CONVERGED = "not-converged"
