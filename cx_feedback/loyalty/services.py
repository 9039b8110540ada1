"""Public write API of the loyalty app: fits and scores, tiers, silences.

Every function may run twice or in parallel, and may be killed at any point. Scores of a day,
tiers and silences are written in one transaction, so that those of the last run stay in use if
a run dies.
"""

import datetime
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from cx_feedback.core import conf
from cx_feedback.core.pages import site_time
from cx_feedback.loyalty.models import CellScore, Fit, TierCount
from cx_feedback.loyalty.scoring.bot_detection import get_known_programs, update_programs
from cx_feedback.loyalty.scoring.history_queries import count_cells
from cx_feedback.loyalty.scoring.recent_visits import load_recent_visits
from cx_feedback.loyalty.scoring.score_request import ScoreRequest
from cx_feedback.loyalty.scoring.score_table import replace_scores
from cx_feedback.loyalty.scoring.season_watch import get_seasons
from cx_feedback.loyalty.scoring.silence_records import (
    announce_silences,
    end_silences,
    find_silences,
    get_unscored_since,
)
from cx_feedback.loyalty.scoring.tier_rules import Tier
from cx_feedback.loyalty.scoring.tier_transitions import TierChanges, count_tiers, update_tiers
from cx_feedback.loyalty.scoring.training import (
    Progress,
    TrainingResult,
    get_fit_fields,
    ignore_progress,
)
from cx_feedback.loyalty.scoring.uncounted_days import (
    get_gaps,
    get_known_gaps,
    merge_gaps,
)
from cx_feedback.loyalty.scoring.wave_counts import count_waves
from cx_feedback.loyalty.selectors import get_newest_fit
from cx_feedback.loyalty.site_settings import get_loyalty_config
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


@dataclass(frozen=True)
class ScoreReport:
    """The result of a scoring; ``fit`` is None if no reader had a visit up to that day.

    ``pending_ranges`` are the ranges of reader ids, [low, high], whose tiers tasks have to update.
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
        """Return whether the run changed anything."""
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
    """Score all cells as of the end of a day and update the tiers of readers.

    ``as_of`` defaults to yesterday, the last whole day; visits after it are ignored.
    ``horizon_weeks`` defaults to the setting. With ``refit=False`` the results of the last
    training are used, if it was good and is only days old. With ``history_only`` the scores and
    tier counts are stored for the overview, but no tier and no silence of a reader is changed.
    With ``readers_per_task`` the tiers are left to ``update_tier_range``, see
    ``ScoreReport.pending_ranges``. New silences are not announced here, see
    ``announce_silences``. Raises StaleFigures.
    """
    as_of = as_of or site_time.localdate() - datetime.timedelta(days=1)
    config = get_loyalty_config()
    won_back = 0
    if not history_only:
        progress("returned")
        won_back = end_silences(as_of=as_of, since=get_unscored_since(as_of))
    progress("count")
    programs = get_known_programs(get_newest_fit())
    if refit and not history_only:
        programs = update_programs(as_of=as_of, gaps=get_known_gaps(as_of))
    cells = count_cells(as_of)
    if not len(cells):
        return ScoreReport(as_of, won_back=won_back)
    weeks = horizon_weeks or config.horizon_weeks
    recent = load_recent_visits(as_of=as_of, readers=cells.total, programs=programs)
    gaps = get_gaps(as_of=as_of, log=recent)
    waves = count_waves(cells, as_of)
    seasons = get_seasons(as_of=as_of, log=recent, gaps=gaps, waves=waves)
    request = ScoreRequest(
        as_of, conf.get("PERIOD"), weeks, cells, config.borders, gaps, seasons, programs, recent
    )
    existing = request.find_existing(refit)
    training = None if existing else request.train(refit, progress)
    progress("tiers")
    with transaction.atomic():  # a run that dies leaves the last scores in use
        fit = _make_newest(existing) if existing else _store_fit(request, training)
        report = _store_tiers(fit, request, history_only, readers_per_task)
    _delete_old_scores(fit)
    return replace(report, refitted=existing is None, won_back=won_back)


def _store_tiers(
    fit: Fit, request: ScoreRequest, history_only: bool, readers_per_task: int
) -> ScoreReport:
    """Store the tier counts of ``fit`` and update the tiers of readers, or leave that to tasks."""
    borders = request.borders
    counts = count_tiers(fit=fit, borders=None if history_only else borders)
    if request.programs and not history_only:
        counts[str(Tier.PROGRAM)] = request.programs
    _store_tier_counts(fit, counts)
    changes, pending_ranges = TierChanges(), []
    if readers_per_task and not history_only:
        pending_ranges = split_reader_ids(readers_per_task)
    elif not history_only:
        changes = update_tiers(fit=fit, borders=borders)
    return ScoreReport(
        request.as_of,
        fit,
        tiers=counts,
        tiers_changed=changes.changed,
        newly_silent=changes.newly_silent,
        found_late=changes.found_late,
        pending_ranges=pending_ranges,
    )


def update_tier_range(*, fit_id: int, ids: tuple[int, int]) -> TierChanges:
    """Update the tiers of the readers with ids in a range, both ends inclusive; idempotent.

    Does nothing if the fit is not the newest any more.
    """
    fit = get_newest_fit()
    if fit is None or fit.pk != fit_id:
        return TierChanges()
    return update_tiers(fit=fit, borders=get_loyalty_config().borders, ids=ids)


def split_reader_ids(size: int) -> list[list[int]]:
    """Return ranges [low, high] of ``size`` reader ids, both ends inclusive."""
    ends = Reader.objects.aggregate(low=Min("pk"), high=Max("pk"))
    if ends["low"] is None:
        return []
    return [[low, low + size - 1] for low in range(ends["low"], ends["high"] + 1, size)]


def _store_fit(request: ScoreRequest, training: TrainingResult | None) -> Fit:
    """Store the fit and its scores, replacing those of the same day."""
    assert training is not None
    cells = request.cells
    values = {
        **get_fit_fields(training, request.counted_cells),
        "gaps": [[gap.first, gap.last] for gap in merge_gaps(request.gaps, training.gaps)],
        "seasons": [season.as_row() for season in request.seasons],
        "clock_errors": [error.as_row() for error in request.find_clock_errors()],
        "newcomers": [wave.as_dict() for wave in count_waves(cells, request.as_of)],
        "first_day": get_first_day(get_period(request.as_of) - int(cells.n.max())),
        "digest": request.digest,
        "completed_at": timezone.now(),
    }
    row, _created = Fit.objects.update_or_create(**request.key, defaults=values)
    replace_scores(
        fit=row,
        cells=cells,
        counted_cells=request.counted_cells,
        scorer=training.scorer,
        borders=request.borders,
    )
    return row


def _make_newest(row: Fit) -> Fit:
    """Mark ``row`` as the newest of its day, if another horizon was scored in between."""
    of_the_day = Fit.objects.filter(as_of=row.as_of, period=row.period)
    if of_the_day.filter(completed_at__gt=row.completed_at).exists():
        row.completed_at = timezone.now()
        row.save(update_fields=["completed_at"])
    return row


def _delete_old_scores(row: Fit) -> None:
    """Delete the scores by cell, except those of the two newest fits and ``row``."""
    newest = Fit.objects.filter(completed_at__isnull=False).order_by("-as_of", "-pk")
    kept = [*newest.values_list("pk", flat=True)[:2], row.pk]
    CellScore.objects.exclude(fit_id__in=kept).delete()


def _store_tier_counts(row: Fit, counts: dict[str, int]) -> None:
    with transaction.atomic():
        row.tier_counts.exclude(tier__in=counts).delete()
        TierCount.objects.bulk_create(
            [TierCount(fit=row, tier=tier, readers=readers) for tier, readers in counts.items()],
            update_conflicts=True,
            unique_fields=["fit", "tier"],
            update_fields=["readers"],
        )
