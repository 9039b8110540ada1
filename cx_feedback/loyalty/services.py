"""Every write of the room: fits and scores, tiers, silences and their end.

All may run twice, at once or be killed at any point. Scores of a day are replaced in one
transaction; whatever comes after them is worked out from them again by the next run.
"""

import datetime
import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from cx_feedback.core import conf
from cx_feedback.loyalty.histories import cells_at
from cx_feedback.loyalty.learning import Learnt, learn, learnt_before
from cx_feedback.loyalty.model import Cells, Scorer, log_likelihood, p_alive
from cx_feedback.loyalty.models import CellScore, Fit, TierCount
from cx_feedback.loyalty.silences import announce, find_silent, find_won_back
from cx_feedback.loyalty.tier_moves import count_tiers, move_tiers
from cx_feedback.loyalty.tiers import Borders, share_left, tiers_of
from cx_feedback.readers.periods import first_day_of, period_of

__all__ = ["ScoreReport", "announce", "find_silent", "find_won_back", "score"]

#: Enters the digest: raise it when the same cells would now get other scores.
VERSION = 2


@dataclass(frozen=True)
class ScoreReport:
    """What a scoring did. ``fit`` is None when nobody had come up to that day."""

    as_of: datetime.date
    fit: Fit | None = None
    refitted: bool = False
    tiers: dict[str, int] = field(default_factory=dict)
    tiers_changed: int = 0
    newly_silent: int = 0
    found_late: int = 0
    won_back: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything is now otherwise than before the run."""
        return self.refitted or any(
            (self.tiers_changed, self.newly_silent, self.found_late, self.won_back)
        )


def score(
    *,
    as_of: datetime.date | None = None,
    horizon_weeks: int | None = None,
    history_only: bool = False,
    refit: bool = True,
) -> ScoreReport:
    """Score all cells as of the end of a day and move readers to their tiers.

    ``as_of`` is yesterday by default, the last whole day; of what came after it nothing is
    used. ``horizon_weeks`` is the setting's by default. ``refit=False`` takes over what the
    last fit learnt, where there is a good one of the last days. With ``history_only`` scores
    and readers by tier are kept for the overview, but no reader's tier and no silence is
    touched. Silences found are not announced here, see ``announce``. Raises StaleFigures.
    """
    as_of = as_of or timezone.localdate() - datetime.timedelta(days=1)
    horizon_weeks = horizon_weeks or conf.get("LOYALTY_HORIZON_WEEKS")
    cells = cells_at(as_of)
    if not len(cells):
        return ScoreReport(as_of)
    borders = Borders.of_site()
    found, refitted = _fit_once(as_of, horizon_weeks, cells, borders, refit)
    if history_only:
        return ScoreReport(as_of, found, refitted, _keep_counts(found, count_tiers(fit=found)))
    won_back = find_won_back(as_of=as_of)
    changed = move_tiers(fit=found, borders=borders)
    newly_silent, late = find_silent(fit=found)
    return ScoreReport(
        as_of,
        found,
        refitted,
        tiers=_keep_counts(found, count_tiers(fit=found, borders=borders)),
        tiers_changed=changed,
        newly_silent=newly_silent,
        found_late=late,
        won_back=won_back,
    )


def _fit_once(
    as_of: datetime.date, horizon_weeks: int, cells: Cells, borders: Borders, refit: bool
) -> tuple[Fit, bool]:
    """Return the scores of these cells, and whether they had to be made."""
    key: dict[str, Any] = {
        "as_of": as_of,
        "period": conf.get("PERIOD"),
        "horizon_weeks": horizon_weeks,
    }
    digest = _digest(cells, borders)
    there = Fit.objects.filter(**key, digest=digest, completed_at__isnull=False).first()
    if there is not None and there.scores.exists() and not (refit and there.learnt_as_of != as_of):
        return there, False
    learnt = None if refit else learnt_before(**key)
    learnt = learnt or learn(as_of=as_of, horizon_weeks=horizon_weeks, cells=cells)
    values = {
        **_values_of(learnt, cells),
        "first_day": first_day_of(period_of(as_of) - int(cells.n.max())),
        "digest": digest,
        "completed_at": timezone.now(),
    }
    with transaction.atomic():
        row, _created = Fit.objects.update_or_create(**key, defaults=values)
        _replace_scores(row, cells, learnt.scorer, borders)
    _forget_old_scores(row)
    return row, True


def _values_of(learnt: Learnt, cells: Cells) -> dict[str, Any]:
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
        "learnt_as_of": learnt.as_of,
        "used": scorer.used.value,
        "calibration_intercept": scorer.calibration.intercept,
        "calibration_slope": scorer.calibration.slope,
        "challenger": scorer.challenger.as_dict() if scorer.challenger else None,
        "check_result": learnt.check.as_dict() if learnt.check else {},
    }


def _replace_scores(row: Fit, cells: Cells, scorer: Scorer, borders: Borders) -> None:
    """Write the scores of all cells; silence is judged by the model, which knows habits."""
    parameters = scorer.fitted.parameters
    returns, other = scorer.p_return(cells), scorer.p_other(cells)
    left = share_left(parameters, cells, scorer.horizon)
    columns = zip(
        cells.x.tolist(),
        cells.t_x.tolist(),
        cells.n.tolist(),
        cells.readers.tolist(),
        returns.tolist(),
        [None] * len(cells) if other is None else other.tolist(),
        p_alive(parameters, cells).tolist(),
        tiers_of(cells, returns, left, borders),
        strict=True,
    )
    names = ("x", "t_x", "n", "readers", "p_return", "p_other", "p_alive", "tier")
    row.scores.all().delete()
    CellScore.objects.bulk_create(
        (CellScore(fit=row, **dict(zip(names, cell, strict=True))) for cell in columns),
        batch_size=2000,
    )


def _forget_old_scores(row: Fit) -> None:
    """Keep the scores by cell of the two newest fits; fits and tier counts stay for ever."""
    newest = Fit.objects.filter(completed_at__isnull=False).order_by("-as_of", "-pk")
    kept = [*newest.values_list("pk", flat=True)[:2], row.pk]
    CellScore.objects.exclude(fit_id__in=kept).delete()


def _keep_counts(row: Fit, counts: dict[str, int]) -> dict[str, int]:
    with transaction.atomic():
        row.tier_counts.exclude(tier__in=counts).delete()
        TierCount.objects.bulk_create(
            [TierCount(fit=row, tier=tier, readers=readers) for tier, readers in counts.items()],
            update_conflicts=True,
            unique_fields=["fit", "tier"],
            update_fields=["readers"],
        )
    return counts


def _digest(cells: Cells, borders: Borders) -> str:
    order = np.lexsort((cells.n, cells.t_x, cells.x))
    table = np.stack([cells.x, cells.t_x, cells.n, cells.readers])[:, order]
    words = f"{VERSION} {cells.elapsed} {borders}".encode()
    return hashlib.sha256(words + table.astype("<i8").tobytes()).hexdigest()
