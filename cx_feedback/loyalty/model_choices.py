"""The states of a fit that rows hold; apart from the model, which imports numpy and scipy."""

from enum import StrEnum


class Quality(StrEnum):
    """How far a fit may be trusted."""

    GOOD = "good"
    TOO_FEW = "too-few"
    ALL_CAME_ONCE = "all-once"
    NOBODY_LEFT = "nobody-left"
    AT_BOUNDS = "at-bounds"
    NOT_CONVERGED = "not-converged"


class ModelChoice(StrEnum):
    """Whose probabilities are used; the other's are kept beside them."""

    MODEL = "model"
    CHALLENGER = "challenger"
