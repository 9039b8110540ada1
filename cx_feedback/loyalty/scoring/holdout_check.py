"""The holdout check: train on the data of a past day and compare with the returns after it."""

import datetime
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from cx_feedback.loyalty.model import (
    Calibration,
    Logistic,
    ModelChoice,
    fit_calibration,
    fit_model,
    p_return,
    train_challenger,
)
from cx_feedback.loyalty.model.cells import Floats
from cx_feedback.loyalty.model.holdout import (
    Accuracy,
    Tenth,
    compute_auc,
    measure_accuracy,
    predict_by_recency,
)
from cx_feedback.loyalty.scoring.histories import Outcomes, count_outcomes
from cx_feedback.readers.periods import get_period_length

#: Fewest readers for a check, and fewest of them who returned and who did not.
FEW_READERS = 200
FEW_OUTCOMES = 20


@dataclass(frozen=True)
class PastWindow:
    """A past window: the cells as of ``as_of``, and the returns up to ``until`` (inclusive).

    ``ahead`` is the horizon of the predictions in periods.
    """

    as_of: datetime.date
    until: datetime.date
    ahead: float
    outcomes: Outcomes

    @property
    def is_enough(self) -> bool:
        """Return whether there are enough readers of both outcomes to train or to compare."""
        returned, total = int(self.outcomes.returned.sum()), self.outcomes.cells.total
        return total >= FEW_READERS and FEW_OUTCOMES <= returned <= total - FEW_OUTCOMES

    @cached_property
    def predictions(self) -> Floats:
        """Return the predictions of the model fitted on the cells, without recalibration."""
        cells = self.outcomes.cells
        return p_return(fit_model(cells).parameters, cells, self.ahead)

    def challenger(self) -> Logistic | None:
        """Return the challenger trained on this window; None if it is too small."""
        if not self.is_enough:
            return None
        return train_challenger(self.outcomes.cells, self.outcomes.returned)

    def calibration(self) -> Calibration:
        """Return the recalibration of the model by this window."""
        if not self.is_enough:
            return Calibration()
        readers, returned = self.outcomes.cells.readers, self.outcomes.returned
        return fit_calibration(self.predictions, readers, returned)


@dataclass(frozen=True)
class HoldoutCheck:
    """The accuracy of the model, the challenger and recency alone; days are inclusive.

    ``challenger`` is None if the window before the compared one was too small for training.
    """

    as_of: datetime.date
    until: datetime.date
    readers: int
    returned: int
    model: Accuracy
    recency: Accuracy
    challenger: Accuracy | None = None

    @property
    def used(self) -> ModelChoice:
        """Return the model with the better Brier score; MODEL if they are equal."""
        if self.challenger is not None and self.challenger.brier < self.model.brier:
            return ModelChoice.CHALLENGER
        return ModelChoice.MODEL

    @property
    def better(self) -> Accuracy:
        """Return the accuracy of the model that is used."""
        if self.challenger is not None and self.used is ModelChoice.CHALLENGER:
            return self.challenger
        return self.model

    @property
    def beats_recency(self) -> bool:
        """Return whether the model in use has a better AUC and Brier score than recency alone."""
        return self.better.auc > self.recency.auc and self.better.brier < self.recency.brier

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
            model=_accuracy_from_dict(plain["model"]),
            recency=_accuracy_from_dict(plain["recency"]),
            challenger=_accuracy_from_dict(challenger) if challenger else None,
        )


def get_window(
    *, as_of: datetime.date, days: int, horizon_weeks: float | None = None, one_in: int = 1
) -> PastWindow:
    """Return the window of ``days`` after ``as_of``, which is also the default horizon.

    With ``one_in`` only about one in so many readers is sampled.
    """
    until = as_of + datetime.timedelta(days=days)
    ahead = (days if horizon_weeks is None else horizon_weeks * 7) / get_period_length()
    return PastWindow(as_of, until, ahead, count_outcomes(as_of, until, one_in=one_in))


def check_holdout(
    *, as_of: datetime.date, days: int, horizon_weeks: float | None = None
) -> HoldoutCheck | None:
    """Check the model as of a past day with the ``days`` after it; None for too little data.

    ``horizon_weeks`` is the horizon of the predictions, by default as long as the window.
    """
    before = get_window(
        as_of=as_of - datetime.timedelta(days=days), days=days, horizon_weeks=horizon_weeks
    )
    return compare_windows(before, get_window(as_of=as_of, days=days, horizon_weeks=horizon_weeks))


def compare_windows(before: PastWindow, now: PastWindow) -> HoldoutCheck | None:
    """Compare predictions with the returns in the window ``now``; None for too little data.

    The model is fitted on the cells as of the first day of ``now``. Recalibration, challenger
    and the shares by recency are trained on ``before``, the window that ends on that day.
    """
    if not now.is_enough:
        return None
    cells, returned = now.outcomes.cells, now.outcomes.returned
    challenger = before.challenger()
    by_recency = measure_accuracy(_predict_by_recency(before, now), cells.readers, returned)
    # Ordered by the absence itself, because shares of few readers may not decrease with it.
    order = compute_auc((cells.t_x - cells.n).astype(np.float64), cells.readers, returned)
    return HoldoutCheck(
        as_of=now.as_of,
        until=now.until,
        readers=cells.total,
        returned=int(returned.sum()),
        model=measure_accuracy(before.calibration()(now.predictions), cells.readers, returned),
        recency=Accuracy(order, by_recency.brier, by_recency.ece, by_recency.tenths),
        challenger=measure_accuracy(challenger.p_return(cells), cells.readers, returned)
        if challenger
        else None,
    )


def _predict_by_recency(before: PastWindow, now: PastWindow) -> Floats:
    """Predict for each length of absence the share that returned in the window before."""
    asked = now.outcomes.cells.n - now.outcomes.cells.t_x
    if not before.is_enough:  # too small for training: the overall share for all
        share = now.outcomes.returned.sum() / now.outcomes.cells.total
        return np.full(len(now.outcomes.cells), share)
    cells = before.outcomes.cells
    return predict_by_recency(cells.n - cells.t_x, cells.readers, before.outcomes.returned, asked)


def _accuracy_from_dict(plain: dict[str, Any]) -> Accuracy:
    tenths = tuple(Tenth(**tenth) for tenth in plain["tenths"])
    return Accuracy(plain["auc"], plain["brier"], plain["ece"], tenths)
