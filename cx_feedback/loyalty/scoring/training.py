"""Learning: fit, recalibration, challenger and their check; or what the last fit learnt."""

import datetime
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from cx_feedback.loyalty.model import (
    Cells,
    ModelChoice,
    Quality,
    Scorer,
    fit_model,
    log_likelihood,
)
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.scoring.holdout_check import HoldoutCheck, compare_windows, get_window
from cx_feedback.readers.periods import get_period_length

#: A night takes over what a fit learnt at most so many days before; a little over a week, so
#: that a weekly refit that comes late does not make the night learn as well.
KEEP_DAYS = 8
#: Readers looked at by a check, about; of more a sample is taken: it tells as much.
SAMPLE = 200_000

#: Told the name of each step (``Run.Step``) as it begins.
Progress = Callable[[str], None]


@dataclass(frozen=True)
class TrainingResult:
    """What was learnt from visits up to ``as_of`` and how well it did on the window before."""

    as_of: datetime.date
    scorer: Scorer
    check: HoldoutCheck | None


def ignore_progress(step: str) -> None:
    """Take no notice of a step."""


def train_model(
    *, as_of: datetime.date, horizon_weeks: int, cells: Cells, progress: Progress = ignore_progress
) -> TrainingResult:
    """Fit the model on ``cells``, check it against the challenger, and use the better one.

    The check learns as of one window ago and is compared with what came in that window. Then
    the same window teaches recalibration and challenger for the weeks to come.
    """
    days = horizon_weeks * 7
    window = datetime.timedelta(days=days)
    progress("train")
    fitted = fit_model(cells)
    progress("check")
    one_in = max(1, cells.total // SAMPLE)
    before = get_window(as_of=as_of - 2 * window, days=days, one_in=one_in)
    now = get_window(as_of=as_of - window, days=days, one_in=one_in)
    check = compare_windows(before, now)
    scorer = Scorer(
        fitted,
        days / get_period_length(),
        now.calibration(),
        now.challenger(),
        check.used if check else ModelChoice.MODEL,
    )
    return TrainingResult(as_of, scorer, check)


def get_reusable_training(
    *, as_of: datetime.date, period: str, horizon_weeks: int
) -> TrainingResult | None:
    """Return what the last fit learnt that may still be used on ``as_of``, None if none may.

    A fit that was not good is not taken over: more readers may have made it better.
    """
    row = (
        Fit.objects.filter(
            period=period,
            horizon_weeks=horizon_weeks,
            quality=Quality.GOOD,
            completed_at__isnull=False,
            trained_as_of__range=(as_of - datetime.timedelta(days=KEEP_DAYS), as_of),
        )
        .order_by("-trained_as_of", "-as_of")
        .first()
    )
    if row is None:
        return None
    check = HoldoutCheck.from_dict(row.check_result) if row.check_result else None
    return TrainingResult(row.trained_as_of, row.scorer, check)


def get_fit_fields(learnt: TrainingResult, cells: Cells) -> dict[str, Any]:
    """Return the fields of a Fit that say what was learnt and what it says of ``cells``."""
    scorer = learnt.scorer
    fitted, expected, other = scorer.fitted, scorer.expected(cells), scorer.p_other(cells)
    return {
        **asdict(fitted.parameters),
        "covariance": None if fitted.covariance is None else fitted.covariance.tolist(),
        "log_likelihood": log_likelihood(fitted.parameters, cells),
        "quality": fitted.quality.value,
        "readers": cells.total,
        "cells": len(cells),
        "expected": expected.readers,
        "expected_low": expected.low,
        "expected_high": expected.high,
        "other_expected": None if other is None else float(cells.readers @ other),
        "trained_as_of": learnt.as_of,
        "used": scorer.used.value,
        "calibration_intercept": scorer.calibration.intercept,
        "calibration_slope": scorer.calibration.slope,
        "challenger": scorer.challenger.as_dict() if scorer.challenger else None,
        "check_result": learnt.check.as_dict() if learnt.check else {},
    }
