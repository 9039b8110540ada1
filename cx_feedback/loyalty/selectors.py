"""Reads: the newest scores, the overview, scores of readers and changes."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from cx_feedback.core import conf
from cx_feedback.core.pages import site_time
from cx_feedback.core.rooms.expected_returns import ExpectedReturn
from cx_feedback.loyalty.models import CellScore, Fit, Silence
from cx_feedback.loyalty.scoring.holdout_check import HoldoutCheck
from cx_feedback.loyalty.scoring.tier_rules import Tier
from cx_feedback.readers.models import Reader
from cx_feedback.readers.periods import get_period, get_period_length

Cell = tuple[int, int, int]


@dataclass(frozen=True)
class ReaderScore:
    """The score of a reader as of the newest fit; x, t_x, n are in periods of ``period_days``."""

    reader: Reader
    p_return: float | None
    p_alive: float | None
    x: int
    t_x: int
    n: int
    period_days: int


@dataclass(frozen=True)
class Overview:
    """The figures of the overview; ``history`` maps a tier to its readers on each of ``days``."""

    fit: Fit
    tiers: dict[str, int]
    days: list[datetime.date]
    history: dict[str, list[int]]
    check: HoldoutCheck | None
    silent_unannounced: int


def get_newest_fit() -> Fit | None:
    """Return the complete fit of the latest day, None before the first scoring.

    Fits with another length of periods are ignored, because the figures of readers don't match.
    """
    return (
        Fit.objects.filter(completed_at__isnull=False, period=conf.get("PERIOD"))
        .order_by("as_of", "completed_at")
        .last()
    )


def get_overview(*, weeks: int = 26) -> Overview | None:
    """Return the overview with one fit for each of the last ``weeks``; None without a fit."""
    fit = get_newest_fit()
    if fit is None:
        return None
    fits = _get_weekly_fits(fit, weeks)
    counts = [{c.tier: c.readers for c in past.tier_counts.all()} for past in fits]
    return Overview(
        fit=fit,
        tiers={tier: counts[-1].get(tier, 0) for tier in Tier.values},
        days=[past.as_of for past in fits],
        history={tier: [c.get(tier, 0) for c in counts] for tier in Tier.values},
        check=get_check(fit),
        silent_unannounced=Silence.objects.filter(
            announced_at__isnull=True, late=False, won_back_on__isnull=True
        ).count(),
    )


def _get_weekly_fits(newest: Fit, weeks: int) -> list[Fit]:
    """Return the last comparable fit of each week up to ``newest``, the oldest first."""
    alike = Fit.objects.filter(
        completed_at__isnull=False,
        period=newest.period,
        horizon_weeks=newest.horizon_weeks,
        as_of__range=(newest.as_of - datetime.timedelta(weeks=weeks), newest.as_of),
    )
    by_week = {(newest.as_of - fit.as_of).days // 7: fit.pk for fit in alike.order_by("as_of")}
    by_week[0] = newest.pk
    kept = alike.filter(pk__in=by_week.values()).order_by("as_of")
    return list(kept.prefetch_related("tier_counts"))


def get_check(fit: Fit) -> HoldoutCheck | None:
    """Return the check stored with ``fit``, None if there was too little data."""
    return HoldoutCheck.from_dict(fit.check_result) if fit.check_result else None


def get_reader_scores(readers: Iterable[Reader], fit: Fit | None) -> list[ReaderScore]:
    """Return the scores of readers as of ``fit``, with one statement.

    The probabilities are None for readers who came after ``fit``, because it didn't score their
    history.
    """
    readers = list(readers)
    now = get_period(fit.as_of) if fit else 0
    cells = {r.pk: _get_cell(r, now) for r in readers}
    known = _get_cell_scores(fit, set(cells.values())) if fit else {}
    rows = []
    for reader in readers:
        score = known.get(cells[reader.pk])
        came_since = fit is None or reader.last_day is None or reader.last_day > fit.as_of
        if came_since or reader.visits_withdrawn or reader.tier == Tier.PROGRAM:
            score = None
        rows.append(
            ReaderScore(
                reader,
                score.p_return if score else None,
                score.p_alive if score else None,
                *cells[reader.pk],
                period_days=get_period_length(),
            )
        )
    return rows


def get_expected_returns(reader_ids: Iterable[int]) -> dict[int, ExpectedReturn]:
    """Return what is expected of readers whose visits count, with their history of today.

    The newest fit has scored all histories of its day; whoever has come since has one that it knows
    of others. Those of whom it knows nobody alike are left out.
    """
    fit = get_newest_fit()
    if fit is None:
        return {}
    readers = Reader.objects.filter(
        pk__in=reader_ids,
        counts_visits=True,
        objects_to_scoring=False,
        first_period__isnull=False,
    ).exclude(tier=Tier.PROGRAM)
    now = get_period(site_time.localdate())
    cells = {reader.pk: _get_cell(reader, now) for reader in readers}
    known = _get_cell_scores(fit, set(cells.values())) if cells else {}
    return {
        pk: ExpectedReturn(known[cell].p_return, fit.horizon_weeks)
        for pk, cell in cells.items()
        if cell in known
    }


def _get_cell(reader: Reader, now: int) -> Cell:
    if reader.first_period is None or reader.last_period is None:
        return (0, 0, 0)
    return (
        reader.active_periods - 1,
        reader.last_period - reader.first_period,
        now - reader.first_period,
    )


def _get_cell_scores(fit: Fit, cells: set[Cell]) -> dict[Cell, CellScore]:
    rows = fit.scores.filter(
        x__in={c[0] for c in cells}, t_x__in={c[1] for c in cells}, n__in={c[2] for c in cells}
    )
    return {(row.x, row.t_x, row.n): row for row in rows}


def get_recent_changes(
    *, kind: str, since: datetime.datetime, most: int
) -> list[tuple[int, datetime.datetime]] | None:
    """Return (reader id, moment) of changes of ``kind`` from ``since`` on, the newest first.

    ``kind`` is "fell_silent", with the moment of the announcement, or "won_back", with the start
    of the day. Returns None for any other kind.
    """
    if kind == "fell_silent":
        fell = Silence.objects.filter(announced_at__gte=since).order_by("-announced_at", "-pk")
        return [(s.reader_id, s.announced_at) for s in fell[:most] if s.announced_at]
    if kind != "won_back":
        return None
    back = Silence.objects.filter(won_back_on__gte=site_time.localdate(since))
    return [
        (s.reader_id, _start_of_day(s.won_back_on))
        for s in back.order_by("-won_back_on", "-pk")[:most]
        if s.won_back_on
    ]


def _start_of_day(day: datetime.date) -> datetime.datetime:
    return site_time.make_aware(datetime.datetime.combine(day, datetime.time()))
