"""Every write of the room: fits and scores, tiers, silences and their end.

All may run twice, at once or be killed at any point. Scores of a day, tiers and silences are
written in one transaction, so that a run that dies leaves those of the last one in use.
"""

import datetime
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from cx_feedback.core import conf
from cx_feedback.core.pages import site_time
from cx_feedback.loyalty.config import get_loyalty_config
from cx_feedback.loyalty.model import Cells
from cx_feedback.loyalty.models import CellScore, Fit, TierCount
from cx_feedback.loyalty.scoring.histories import count_cells
from cx_feedback.loyalty.scoring.score_table import replace_scores
from cx_feedback.loyalty.scoring.silences import (
    announce_silences,
    end_silences,
    find_silences,
    get_unscored_since,
)
from cx_feedback.loyalty.scoring.tier_updates import TierChanges, count_tiers, update_tiers
from cx_feedback.loyalty.scoring.tiers import TierBorders
from cx_feedback.loyalty.scoring.training import (
    Progress,
    TrainingResult,
    get_fit_fields,
    get_reusable_training,
    ignore_progress,
    train_model,
)
from cx_feedback.loyalty.selectors import get_newest_fit
from cx_feedback.readers.models import Reader
from cx_feedback.readers.periods import get_first_day, get_period

__all__ = [
    "ScoreReport",
    "TierChanges",
    "announce_silences",
    "end_silences",
    "find_silences",
    "get_unscored_since",
    "score_readers",
    "update_tier_range",
]

#: Enters the digest: raise it when the same cells would now get other scores.
VERSION = 2


@dataclass(frozen=True)
class ScoreReport:
    """What a scoring did. ``fit`` is None when nobody had come up to that day.

    ``pending_ranges`` are ranges of reader ids, [low, high], whose tiers are yet to be moved.
    """

    as_of: datetime.date
    fit: Fit | None = None
    refitted: bool = False
    tiers: dict[str, int] = field(default_factory=dict)
    tiers_changed: int = 0
    newly_silent: int = 0
    found_late: int = 0
    won_back: int = 0
    pending_ranges: list[list[int]] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything is now otherwise than before the run."""
        return self.refitted or any(
            (self.tiers_changed, self.newly_silent, self.found_late, self.won_back)
        )


def score_readers(
    *,
    as_of: datetime.date | None = None,
    horizon_weeks: int | None = None,
    history_only: bool = False,
    refit: bool = True,
    readers_per_task: int = 0,
    progress: Progress = ignore_progress,
) -> ScoreReport:
    """Score all cells as of the end of a day and move readers to their tiers.

    ``as_of`` is yesterday by default, the last whole day; of what came after it nothing is
    used. ``horizon_weeks`` is the setting's by default. ``refit=False`` takes over what the
    last fit learnt, where there is a good one of the last days. With ``history_only`` scores
    and readers by tier are kept for the overview, but no reader's tier and no silence is
    touched. With ``readers_per_task`` readers are left to ``update_tier_range``, see
    ``ScoreReport.pending_ranges``.
    Silences found are not announced here, see ``announce_silences``. Raises StaleFigures.
    """
    as_of = as_of or site_time.localdate() - datetime.timedelta(days=1)
    rules = get_loyalty_config()
    horizon_weeks = horizon_weeks or rules.horizon_weeks
    won_back = 0
    if not history_only:
        progress("returned")
        won_back = end_silences(as_of=as_of, since=get_unscored_since(as_of))
    progress("count")
    cells = count_cells(as_of)
    if not len(cells):
        return ScoreReport(as_of, won_back=won_back)
    borders = rules.borders
    wanted = _ScoreRequest(as_of, conf.get("PERIOD"), horizon_weeks, cells, borders)
    there = wanted.there(refit)
    learnt = None if there else wanted.learn(refit, progress)
    progress("tiers")
    with transaction.atomic():  # all or nothing: a run that dies leaves the last scores in use
        found = _make_newest(there) if there else _store_fit(wanted, learnt)
        counts = _store_tier_counts(
            found, count_tiers(fit=found, borders=None if history_only else borders)
        )
        moved, pending_ranges = TierChanges(), []
        if readers_per_task and not history_only:
            pending_ranges = split_reader_ids(readers_per_task)
        elif not history_only:
            moved = update_tiers(fit=found, borders=borders)
    _delete_old_scores(found)
    return ScoreReport(
        as_of,
        found,
        refitted=there is None,
        tiers=counts,
        tiers_changed=moved.changed,
        newly_silent=moved.newly_silent,
        found_late=moved.found_late,
        won_back=won_back,
        pending_ranges=pending_ranges,
    )


def update_tier_range(*, fit_id: int, ids: tuple[int, int]) -> TierChanges:
    """Move the readers with ids in a range to the tiers of a fit; again changes nothing.

    Nothing is moved to a fit that is not the newest: newer scores have taken its place.
    """
    fit = get_newest_fit()
    if fit is None or fit.pk != fit_id:
        return TierChanges()
    return update_tiers(fit=fit, borders=get_loyalty_config().borders, ids=ids)


def split_reader_ids(size: int) -> list[list[int]]:
    """Cut the readers' ids into ranges [low, high] of ``size`` ids, both ends inclusive."""
    ends = Reader.objects.aggregate(low=Min("pk"), high=Max("pk"))
    if ends["low"] is None:
        return []
    return [[low, low + size - 1] for low in range(ends["low"], ends["high"] + 1, size)]


@dataclass(frozen=True)
class _ScoreRequest:
    """What is to be scored, and by which borders."""

    as_of: datetime.date
    period: str
    horizon_weeks: int
    cells: Cells
    borders: TierBorders

    @property
    def key(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            "period": self.period,
            "horizon_weeks": self.horizon_weeks,
        }

    @cached_property
    def digest(self) -> str:
        """A hash of all that scores depend on, but for what is learnt from the days before."""
        cells = self.cells
        order = np.lexsort((cells.n, cells.t_x, cells.x))
        table = np.stack([cells.x, cells.t_x, cells.n, cells.readers])[:, order]
        words = f"{VERSION} {cells.elapsed} {self.borders}".encode()
        return hashlib.sha256(words + table.astype("<i8").tobytes()).hexdigest()

    def there(self, refit: bool) -> Fit | None:
        """Return the complete scores of just this, None if they must be made."""
        found = Fit.objects.filter(
            **self.key, digest=self.digest, completed_at__isnull=False
        ).first()
        if found is None or (refit and found.trained_as_of != self.as_of):
            return None
        return found if found.scores.exists() else None

    def learn(self, refit: bool, progress: Progress) -> TrainingResult:
        """Return what the last fit learnt, or learn."""
        before = None if refit else get_reusable_training(**self.key)
        if before is not None:
            return before
        return train_model(
            as_of=self.as_of,
            horizon_weeks=self.horizon_weeks,
            cells=self.cells,
            progress=progress,
        )


def _store_fit(wanted: _ScoreRequest, learnt: TrainingResult | None) -> Fit:
    """Write the fit and its scores in place of those of the same day."""
    assert learnt is not None
    cells = wanted.cells
    values = {
        **get_fit_fields(learnt, cells),
        "first_day": get_first_day(get_period(wanted.as_of) - int(cells.n.max())),
        "digest": wanted.digest,
        "completed_at": timezone.now(),
    }
    row, _created = Fit.objects.update_or_create(**wanted.key, defaults=values)
    replace_scores(fit=row, cells=cells, scorer=learnt.scorer, borders=wanted.borders)
    return row


def _make_newest(row: Fit) -> Fit:
    """Make ``row`` the newest of its day, where other weeks ahead were asked of in between."""
    of_the_day = Fit.objects.filter(as_of=row.as_of, period=row.period)
    if of_the_day.filter(completed_at__gt=row.completed_at).exists():
        row.completed_at = timezone.now()
        row.save(update_fields=["completed_at"])
    return row


def _delete_old_scores(row: Fit) -> None:
    """Keep the scores by cell of the two newest fits; fits and tier counts stay for ever."""
    newest = Fit.objects.filter(completed_at__isnull=False).order_by("-as_of", "-pk")
    kept = [*newest.values_list("pk", flat=True)[:2], row.pk]
    CellScore.objects.exclude(fit_id__in=kept).delete()


def _store_tier_counts(row: Fit, counts: dict[str, int]) -> dict[str, int]:
    with transaction.atomic():
        row.tier_counts.exclude(tier__in=counts).delete()
        TierCount.objects.bulk_create(
            [TierCount(fit=row, tier=tier, readers=readers) for tier, readers in counts.items()],
            update_conflicts=True,
            unique_fields=["fit", "tier"],
            update_fields=["readers"],
        )
    return counts
