"""Training the model: fit, recalibration, challenger and check; or reusing the last training."""

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

#: Days for which a training is reused: a little over a week, so that a late weekly refit doesn't
#: make the nightly run train as well.
KEEP_DAYS = 8
#: Approximate number of readers that a check samples.
SAMPLE = 200_000

#: A function that is called with the name of each step (``Run.Step``) as it begins.
Progress = Callable[[str], None]


@dataclass(frozen=True)
class TrainingResult:
    """The model trained on visits up to ``as_of``, and its check on the window before."""

    as_of: datetime.date
    scorer: Scorer
    check: HoldoutCheck | None


def ignore_progress(step: str) -> None:
    """Ignore a progress update."""


def train_model(
    *, as_of: datetime.date, horizon_weeks: int, cells: Cells, progress: Progress = ignore_progress
) -> TrainingResult:
    """Fit the model on ``cells``, compare it with the challenger, and use the better one.

    The check trains as of one window ago and compares with the returns in that window. Then the
    recalibration and the challenger for the coming weeks are trained on the same window.
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
    """Return the last training that may still be used on ``as_of``, None if there is none.

    A fit that wasn't good isn't reused, because more readers may have improved it.
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
    """Return the fields of a Fit for the result of a training and its predictions."""
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
