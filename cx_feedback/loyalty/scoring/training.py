"""Training: fit, challenger, mix, level and check; or reusing the last training."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.model import (
    Cells,
    Forecaster,
    Quality,
    RangeCheck,
    Scorer,
    log_likelihood,
)
from cx_feedback.loyalty.model.counting_gaps import CountingGap, find_gaps
from cx_feedback.loyalty.model.newcomer_waves import NewcomerWave
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.scoring.holdout_check import HoldoutCheck, compare_with_returns
from cx_feedback.loyalty.scoring.uncounted_days import merge_gaps
from cx_feedback.loyalty.scoring.visit_log_loading import load_visit_log
from cx_feedback.loyalty.scoring.wave_rows import build_waves, serialize_waves

#: Days for which a training is reused: a little over a week, so that a late weekly refit doesn't
#: make the nightly run train as well.
KEEP_DAYS = 8
#: Weeks after a wave of newcomers in which each night learns anew.
YOUNG_WAVE_WEEKS = 4
#: Past ranges that are shown: those of a year of four weeks each.
SHOWN_RANGES = 13

#: A function that is called with the name of each step (``Run.Step``) as it begins.
Progress = Callable[[str], None]


@dataclass(frozen=True)
class TrainingResult:
    """The model trained on visits up to ``as_of``, with its check on the window before.

    ``ranges`` are the forecasts that earlier days would have given, with what came. ``gaps`` are
    the days without counting in the whole history, ``waves`` the waves of newcomers.
    """

    as_of: datetime.date
    scorer: Scorer
    check: HoldoutCheck | None
    ranges: list[RangeCheck]
    gaps: Sequence[CountingGap] = ()
    waves: Sequence[NewcomerWave] = ()


def ignore_progress(step: str) -> None:
    """Ignore a progress update."""


def train_model(
    *,
    as_of: datetime.date,
    horizon_weeks: int,
    cells: Cells,
    gaps: Sequence[CountingGap] = (),
    waves: Sequence[NewcomerWave] = (),
    progress: Progress = ignore_progress,
) -> TrainingResult:
    """Fit the model on ``cells``, and learn from past windows how it is mixed and how it misses.

    ``cells`` have the numbers of ``waves``.
    The check trains as of one window ago and compares with the returns in that window.
    """
    progress("train")
    log = load_visit_log(until=as_of, readers=cells.total)
    found = find_gaps(*log.count_days(get_day_number(as_of))) if len(log) else []
    forecaster = Forecaster(log, horizon_weeks * 7, merge_gaps(found, gaps))
    scorer = forecaster.train(get_day_number(as_of), cells, waves)
    progress("check")
    check = compare_with_returns(forecaster, as_of - datetime.timedelta(weeks=horizon_weeks))
    ranges = forecaster.get_range_checks(get_day_number(as_of), SHOWN_RANGES)
    return TrainingResult(as_of, scorer, check, ranges, forecaster.gaps, waves)


def get_reusable_training(
    *, as_of: datetime.date, period: str, horizon_weeks: int, waves: Sequence[NewcomerWave] = ()
) -> TrainingResult | None:
    """Return the last training that may still be used on ``as_of``, None if there is none.

    A fit that wasn't good isn't reused, because more readers may have improved it. Of a young
    wave each night says more.
    """
    today = get_day_number(as_of) // 7
    if any(today - wave.last <= YOUNG_WAVE_WEEKS for wave in waves):
        return None
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
    if row is None or build_waves(row.waves) != tuple(waves):
        return None
    check = HoldoutCheck.from_dict(row.check_result) if row.check_result else None
    ranges = [RangeCheck(**plain) for plain in row.past_ranges]
    return TrainingResult(row.trained_as_of, row.scorer, check, ranges, waves=waves)


def get_fit_fields(learnt: TrainingResult, cells: Cells) -> dict[str, Any]:
    """Return the fields of a Fit for the result of a training and its predictions."""
    scorer = learnt.scorer
    fitted, expected = scorer.fitted, scorer.expected(cells)
    return {
        **asdict(fitted.parameters),
        "covariance": None if fitted.covariance is None else fitted.covariance.tolist(),
        "log_likelihood": log_likelihood(fitted.parameters, cells.usual),
        "quality": fitted.quality.value,
        "readers": cells.total,
        "cells": len(cells),
        "expected": expected.readers,
        "expected_low": expected.low,
        "expected_high": expected.high,
        "trained_as_of": learnt.as_of,
        "model_weight": scorer.weight,
        "level": scorer.level.as_rows(),
        "challenger": scorer.challenger.as_dict() if scorer.challenger else None,
        "check_result": learnt.check.as_dict() if learnt.check else {},
        "waves": serialize_waves(learnt.waves, scorer),
        "past_ranges": [asdict(one) for one in learnt.ranges],
    }
