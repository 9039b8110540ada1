"""The holdout check: learn on what was known then, compare with what came after."""

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

#: Readers needed, and of them who returned and who did not, for a check to mean something.
FEW_READERS = 200
FEW_OUTCOMES = 20


@dataclass(frozen=True)
class PastWindow:
    """A past window: what was known on ``as_of``, and who came up to ``until`` (inclusive).

    ``ahead`` is the horizon of predictions for it, in periods.
    """

    as_of: datetime.date
    until: datetime.date
    ahead: float
    found: Outcomes

    @property
    def is_enough(self) -> bool:
        """Whether readers are many enough, of both outcomes, to learn or to compare."""
        returned, total = int(self.found.returned.sum()), self.found.cells.total
        return total >= FEW_READERS and FEW_OUTCOMES <= returned <= total - FEW_OUTCOMES

    @cached_property
    def said(self) -> Floats:
        """What the model, fitted on what was known then, said before recalibration."""
        cells = self.found.cells
        return p_return(fit_model(cells).parameters, cells, self.ahead)

    def challenger(self) -> Logistic | None:
        """Return the challenger as this window teaches it."""
        return train_challenger(self.found.cells, self.found.returned) if self.is_enough else None

    def calibration(self) -> Calibration:
        """Return how this window says that the model must be recalibrated."""
        if not self.is_enough:
            return Calibration()
        return fit_calibration(self.said, self.found.cells.readers, self.found.returned)


@dataclass(frozen=True)
class HoldoutCheck:
    """How well model, challenger and recency alone told who would return; days are inclusive.

    ``challenger`` is None where the window before the one compared was too small to learn from.
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
        """The better of model and challenger by Brier score; the model where they are even."""
        if self.challenger is not None and self.challenger.brier < self.model.brier:
            return ModelChoice.CHALLENGER
        return ModelChoice.MODEL

    @property
    def better(self) -> Accuracy:
        """The figures of the one that is used."""
        if self.challenger is not None and self.used is ModelChoice.CHALLENGER:
            return self.challenger
        return self.model

    @property
    def beats_recency(self) -> bool:
        """Whether what is used orders readers better and errs less than recency alone."""
        return self.better.auc > self.recency.auc and self.better.brier < self.recency.brier

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        plain = asdict(self)
        return {**plain, "as_of": self.as_of.isoformat(), "until": self.until.isoformat()}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> "HoldoutCheck":
        """Make it of what ``as_dict`` returned; older ones know no challenger."""
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
    """Return the window of ``days`` after ``as_of``; predictions reach as far by default.

    ``one_in`` is how many readers stand behind one that is looked at.
    """
    until = as_of + datetime.timedelta(days=days)
    ahead = (days if horizon_weeks is None else horizon_weeks * 7) / get_period_length()
    return PastWindow(as_of, until, ahead, count_outcomes(as_of, until, one_in=one_in))


def check_holdout(
    *, as_of: datetime.date, days: int, horizon_weeks: float | None = None
) -> HoldoutCheck | None:
    """Learn as of a past day and compare with the ``days`` after; None when there is too little.

    ``horizon_weeks`` is the horizon of the prediction, by default as long as the window.
    """
    before = get_window(
        as_of=as_of - datetime.timedelta(days=days), days=days, horizon_weeks=horizon_weeks
    )
    return compare_windows(before, get_window(as_of=as_of, days=days, horizon_weeks=horizon_weeks))


def compare_windows(before: PastWindow, now: PastWindow) -> HoldoutCheck | None:
    """Compare with what came in ``now`` what was learnt up to its first day; None if too little.

    The model is fitted on the readers of that day; recalibration, challenger and the shares by
    recency learn from ``before``, the window that ends on that day.
    """
    if not now.is_enough:
        return None
    cells, returned = now.found.cells, now.found.returned
    challenger = before.challenger()
    by_recency = measure_accuracy(_predict_by_recency(before, now), cells.readers, returned)
    # Ordered by the silence itself: shares learnt from few readers need not fall with it.
    order = compute_auc((cells.t_x - cells.n).astype(np.float64), cells.readers, returned)
    return HoldoutCheck(
        as_of=now.as_of,
        until=now.until,
        readers=cells.total,
        returned=int(returned.sum()),
        model=measure_accuracy(before.calibration()(now.said), cells.readers, returned),
        recency=Accuracy(order, by_recency.brier, by_recency.ece, by_recency.tenths),
        challenger=measure_accuracy(challenger.p_return(cells), cells.readers, returned)
        if challenger
        else None,
    )


def _predict_by_recency(before: PastWindow, now: PastWindow) -> Floats:
    """Predict for each length of silence the share that returned in the window before."""
    asked = now.found.cells.n - now.found.cells.t_x
    if not before.is_enough:  # nothing to learn from: the overall share, for everybody
        share = now.found.returned.sum() / now.found.cells.total
        return np.full(len(now.found.cells), share)
    cells = before.found.cells
    return predict_by_recency(cells.n - cells.t_x, cells.readers, before.found.returned, asked)


def _accuracy_from_dict(plain: dict[str, Any]) -> Accuracy:
    tenths = tuple(Tenth(**tenth) for tenth in plain["tenths"])
    return Accuracy(plain["auc"], plain["brier"], plain["ece"], tenths)
