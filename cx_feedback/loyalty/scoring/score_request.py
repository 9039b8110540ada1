"""The start of a scoring: the cells of a day, the borders, and the changes of the site."""

import datetime
import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from cx_feedback.loyalty.model import Cells, VisitLog
from cx_feedback.loyalty.model.clock_errors import ClockError
from cx_feedback.loyalty.model.counted_periods import CountedPeriods
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.model.newcomer_waves import (
    NewcomerWave,
    find_waves,
    get_first_weeks,
    number_waves,
)
from cx_feedback.loyalty.model.seasons import Season
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.scoring.tier_rules import TierBorders
from cx_feedback.loyalty.scoring.training import (
    Progress,
    TrainingResult,
    get_reusable_training,
    train_model,
)
from cx_feedback.loyalty.scoring.uncounted_days import get_clock_errors
from cx_feedback.readers.periods import get_period, get_period_length

#: Part of the digest. Increase it whenever the same cells would get other scores.
VERSION = 4


@dataclass(frozen=True)
class ScoreRequest:
    """The cells to score, and the borders of the tiers; ``recent`` are the visits of late."""

    as_of: datetime.date
    period: str
    horizon_weeks: int
    cells: Cells
    borders: TierBorders
    gaps: list[CountingGap]
    seasons: list[Season]
    programs: int
    recent: VisitLog

    @cached_property
    def counted_cells(self) -> Cells:
        """Return the cells, in the same order, without the periods that were not counted.

        They have the number of the wave that their readers came with.
        """
        now = get_period(self.as_of)
        counted = CountedPeriods.of(self.gaps, get_period_length(), self.seasons)
        weeks = get_first_weeks(self.cells, now, get_period_length())
        wave = number_waves(weeks, self.waves) if self.waves else None
        return counted.adjust(replace(self.cells, wave=wave), now)

    @cached_property
    def waves(self) -> tuple[NewcomerWave, ...]:
        """Return the waves of newcomers."""
        weeks = get_first_weeks(self.cells, get_period(self.as_of), get_period_length())
        return tuple(find_waves(weeks, self.cells.readers))

    @property
    def key(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            "period": self.period,
            "horizon_weeks": self.horizon_weeks,
        }

    @cached_property
    def digest(self) -> str:
        """Return a hash of everything that scores depend on, except for earlier visits."""
        cells = self.cells
        order = np.lexsort((cells.n, cells.t_x, cells.x))
        table = np.stack([cells.x, cells.t_x, cells.n, cells.readers])[:, order]
        words = f"{VERSION} {cells.elapsed} {self.borders} {self.gaps} {self.seasons}".encode()
        return hashlib.sha256(words + table.astype("<i8").tobytes()).hexdigest()

    def find_clock_errors(self) -> list[ClockError]:
        """Return the days that have the visits of others."""
        return get_clock_errors(as_of=self.as_of, log=self.recent, gaps=self.gaps)

    def find_existing(self, refit: bool) -> Fit | None:
        """Return the complete scores of this request, None if they must be calculated."""
        found = Fit.objects.filter(
            **self.key, digest=self.digest, completed_at__isnull=False
        ).first()
        if found is None or (refit and found.trained_as_of != self.as_of):
            return None
        return found if found.scores.exists() else None

    def train(self, refit: bool, progress: Progress) -> TrainingResult:
        """Return the results of the last training, or train the model."""
        before = None if refit else get_reusable_training(**self.key, waves=self.waves)
        if before is not None:
            return before
        return train_model(
            as_of=self.as_of,
            horizon_weeks=self.horizon_weeks,
            cells=self.counted_cells,
            gaps=self.gaps,
            waves=self.waves,
            progress=progress,
        )
