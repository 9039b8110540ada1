"""The holdout check: train on the data of a past day and compare with the returns after it."""

import datetime
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.model import Cells, Forecaster
from cx_feedback.loyalty.model.cells import Floats, Ints
from cx_feedback.loyalty.model.holdout import (
    Accuracy,
    Tenth,
    compute_auc,
    measure_accuracy,
    predict_by_recency,
)
from cx_feedback.loyalty.model.rolling import has_enough
from cx_feedback.loyalty.scoring.visit_log_loading import load_visit_log


@dataclass(frozen=True)
class HoldoutCheck:
    """The accuracy of the mix in use, of model and challenger alone, and of recency alone.

    Days are inclusive. ``weight`` is that of the model in the mix. ``challenger`` is None if the
    windows before the compared one were too small for training; then the model is used alone.
    """

    as_of: datetime.date
    until: datetime.date
    readers: int
    returned: int
    weight: float
    mix: Accuracy
    model: Accuracy
    recency: Accuracy
    challenger: Accuracy | None = None

    @property
    def beats_recency(self) -> bool:
        """Return whether the mix has a better AUC and Brier score than recency alone."""
        return self.mix.auc > self.recency.auc and self.mix.brier < self.recency.brier

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        plain = asdict(self)
        return {**plain, "as_of": self.as_of.isoformat(), "until": self.until.isoformat()}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> "HoldoutCheck":
        """Return the check that ``as_dict`` described."""
        challenger = plain.get("challenger")
        return cls(
            as_of=datetime.date.fromisoformat(plain["as_of"]),
            until=datetime.date.fromisoformat(plain["until"]),
            readers=plain["readers"],
            returned=plain["returned"],
            weight=plain["weight"],
            mix=_accuracy_from_dict(plain["mix"]),
            model=_accuracy_from_dict(plain["model"]),
            recency=_accuracy_from_dict(plain["recency"]),
            challenger=_accuracy_from_dict(challenger) if challenger else None,
        )


def check_holdout(*, as_of: datetime.date, days: int, horizon_weeks: int) -> HoldoutCheck | None:
    """Check forecasts of ``horizon_weeks`` as of a past day with the ``days`` after it.

    Returns None for too little data.
    """
    until = as_of + datetime.timedelta(days=days)
    log = load_visit_log(until=until)
    if not len(log):
        return None
    forecaster = Forecaster(log, horizon_weeks * 7)
    return compare_with_returns(forecaster, as_of, days)


def compare_with_returns(
    forecaster: Forecaster, as_of: datetime.date, days: int | None = None
) -> HoldoutCheck | None:
    """Compare the forecast of a past day with the returns in the ``days`` after it.

    ``days`` are those of the horizon by default. The shares by recency are of the window that
    ends on that day. Returns None for too little data.
    """
    day, days = get_day_number(as_of), days or forecaster.horizon_days
    if not forecaster.log.can_look_back(day):
        return None
    cells, returned = forecaster.count_outcomes(day, days)
    if not has_enough(cells, returned):
        return None
    scorer, readers = forecaster.get_scorer(day), cells.readers
    before = None
    if forecaster.log.can_look_back(day - days):
        before = forecaster.count_outcomes(day - days)
    by_recency = measure_accuracy(
        _predict_by_recency(before, cells, returned),
        readers,
        returned,
    )
    # Ordered by the absence itself, because shares of few readers may not decrease with it.
    order = compute_auc((cells.t_x - cells.n).astype(np.float64), readers, returned)
    return HoldoutCheck(
        as_of=as_of,
        until=as_of + datetime.timedelta(days=days),
        readers=cells.total,
        returned=int(returned.sum()),
        weight=scorer.weight,
        mix=measure_accuracy(scorer.p_return(cells), readers, returned),
        model=measure_accuracy(scorer.by_model(cells), readers, returned),
        recency=Accuracy(order, by_recency.brier, by_recency.ece, by_recency.tenths),
        challenger=measure_accuracy(scorer.by_challenger(cells), readers, returned)
        if scorer.challenger
        else None,
    )


def _predict_by_recency(before: tuple[Cells, Ints] | None, cells: Cells, returned: Ints) -> Floats:
    """Predict for each length of absence the share that returned in the window before."""
    if before is None or not has_enough(*before):  # nothing to train on: the share of all
        return np.full(len(cells), returned.sum() / cells.total)
    then, came = before
    return predict_by_recency(then.n - then.t_x, then.readers, came, cells.n - cells.t_x)


def _accuracy_from_dict(plain: dict[str, Any]) -> Accuracy:
    tenths = tuple(Tenth(**tenth) for tenth in plain["tenths"])
    return Accuracy(plain["auc"], plain["brier"], plain["ece"], tenths)
