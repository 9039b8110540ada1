"""The holdout check: fit on what was known then, compare with what came after."""

import datetime
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cx_feedback.loyalty.histories import Outcomes, outcomes
from cx_feedback.loyalty.model import fit, p_return
from cx_feedback.loyalty.model.cells import Floats
from cx_feedback.loyalty.model.holdout import Accuracy, Tenth, accuracy, auc, recency_rates
from cx_feedback.readers.periods import length

#: Readers needed, and of them who returned and who did not, for a check to mean something.
FEW_READERS = 200
FEW_OUTCOMES = 20


@dataclass(frozen=True)
class HoldoutCheck:
    """How well the model and recency alone told who would return; days are inclusive."""

    as_of: datetime.date
    until: datetime.date
    readers: int
    returned: int
    model: Accuracy
    recency: Accuracy

    @property
    def beats_recency(self) -> bool:
        """Whether the model orders readers better and errs less than recency alone."""
        return self.model.auc > self.recency.auc and self.model.brier < self.recency.brier

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        plain = asdict(self)
        return {**plain, "as_of": self.as_of.isoformat(), "until": self.until.isoformat()}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> "HoldoutCheck":
        """Make it of what ``as_dict`` returned."""
        return cls(
            as_of=datetime.date.fromisoformat(plain["as_of"]),
            until=datetime.date.fromisoformat(plain["until"]),
            readers=plain["readers"],
            returned=plain["returned"],
            model=_accuracy(plain["model"]),
            recency=_accuracy(plain["recency"]),
        )


def check_holdout(
    *, as_of: datetime.date, days: int, horizon_weeks: float | None = None
) -> HoldoutCheck | None:
    """Fit as of a past day and compare with the ``days`` after; None when there is too little.

    ``horizon_weeks`` is the horizon of the prediction, by default as long as the window.
    Recency predicts for each length of silence the share that returned in the window before.
    """
    now = outcomes(as_of, as_of + datetime.timedelta(days=days))
    if not _enough(now):
        return None
    ahead = (days if horizon_weeks is None else horizon_weeks * 7) / length()
    cells, returned = now.cells, now.returned
    predicted = p_return(fit(cells).parameters, cells, ahead)
    before = outcomes(as_of - datetime.timedelta(days=days), as_of)
    by_recency = _by_recency(before, now)
    recency = accuracy(by_recency, cells.readers, returned)
    # Ordered by the silence itself: shares learnt from few readers need not fall with it.
    order = auc((cells.t_x - cells.n).astype(np.float64), cells.readers, returned)
    return HoldoutCheck(
        as_of=as_of,
        until=as_of + datetime.timedelta(days=days),
        readers=cells.total,
        returned=int(returned.sum()),
        model=accuracy(predicted, cells.readers, returned),
        recency=Accuracy(order, recency.brier, recency.ece, recency.tenths),
    )


def _enough(found: Outcomes) -> bool:
    returned, total = int(found.returned.sum()), found.cells.total
    return total >= FEW_READERS and FEW_OUTCOMES <= returned <= total - FEW_OUTCOMES


def _by_recency(before: Outcomes, now: Outcomes) -> Floats:
    asked = now.cells.n - now.cells.t_x
    if not _enough(before):  # nothing to learn from: the overall share, for everybody
        share = now.returned.sum() / now.cells.total
        return np.full(len(now.cells), share)
    return recency_rates(
        before.cells.n - before.cells.t_x, before.cells.readers, before.returned, asked
    )


def _accuracy(plain: dict[str, Any]) -> Accuracy:
    tenths = tuple(Tenth(**tenth) for tenth in plain["tenths"])
    return Accuracy(plain["auc"], plain["brier"], plain["ece"], tenths)
