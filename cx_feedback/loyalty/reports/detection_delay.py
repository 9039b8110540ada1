"""The days after which readers count as at risk, by habit."""

from dataclasses import dataclass

import numpy as np

from cx_feedback.loyalty.model import Cells, Parameters
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.scoring.tier_rules import TierBorders, get_remaining_share
from cx_feedback.readers.periods import get_period_length

#: Habits that are shown, in days between two visits.
HABITS = (7, 14, 21, 28, 42, 56)
#: Visits after the first that make a habit.
RETURNS = 6
#: The fixed rule that most sites use.
RULE_DAYS = 30
#: The longest absence that is considered, in days.
MAX_DAYS = 2 * 365


@dataclass(frozen=True)
class DetectionDelay:
    """Readers who come every ``every_days`` days are at risk after ``after_days`` days.

    ``after_days`` is None if they aren't at risk within two years.
    """

    every_days: int
    after_days: int | None

    @property
    def before_rule(self) -> int | None:
        """Return the days gained over a rule of 30 days, which may be negative."""
        return None if self.after_days is None else RULE_DAYS - self.after_days


def get_detection_delays(fit: Fit, borders: TierBorders) -> list[DetectionDelay]:
    """Return the delay for each habit according to the fitted model."""
    parameters, weeks = fit.parameters, fit.horizon_weeks
    return [
        DetectionDelay(
            every, get_days_until_at_risk(parameters, RETURNS, every * RETURNS, borders, weeks)
        )
        for every in HABITS
    ]


def get_days_until_at_risk(
    parameters: Parameters, returns: int, days: int, borders: TierBorders, horizon_weeks: int
) -> int | None:
    """Return the days since the last visit after which a reader is at risk, checked every night.

    The reader came in ``returns`` periods after the first, the last of them ``days`` after it, on
    the middle day of that period. Returns None if there is no risk within two years.
    """
    size = get_period_length()
    silent = np.arange(1, MAX_DAYS // size + 1)
    last, same = days // size, np.ones_like(silent)
    nights = []
    for passed in range(size):
        elapsed = (passed + 1) / size
        cells = Cells(same * returns, same * last, last + silent, same, elapsed)
        left = get_remaining_share(parameters, cells, horizon_weeks * 7 / size)
        missed = np.flatnonzero(left < borders.at_risk)
        if len(missed):
            nights.append(size * int(silent[missed[0]]) + passed)
    return min(nights) - size // 2 if nights else None
