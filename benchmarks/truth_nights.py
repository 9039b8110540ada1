"""The nightly code on a simulated site, night after night, as it would have run then."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.truth_sites import BEGINS, SimulatedSite

#: The night of a week on which the tasks run, with the weekly refit: Sunday's.
SUNDAY = 6


@dataclass(frozen=True)
class Night:
    """What a night said: the announced readers and the answer to "Can this be trusted?".

    ``held`` is whether as many came within the horizon as the range says; None if the world ends
    before.
    """

    day: int
    announced: list[int]
    is_yes: bool
    sentences: list[str]
    obstacle: str
    held: bool | None
    programs: set[int] = field(default_factory=set)


def get_date(day: int) -> datetime.date:
    """Return the date of a day of a world."""
    return BEGINS + datetime.timedelta(days=day)


def run_nights(world: SimulatedSite, first: int, last: int) -> Iterator[Night]:
    """Store a world up to a day, then each day from ``first`` to ``last``, and yield each night.

    What is announced on the evening before the first day is left out: it is the backlog of years.
    """
    _store_history(world, first - 1)
    _run_night(world, first - 1)
    for day in range(first, last + 1):
        _store_days(world, day)
        if day % 7 == SUNDAY:
            yield _run_night(world, day)


def _run_night(world: SimulatedSite, day: int) -> Night:
    from cx_feedback.loyalty import selectors, services
    from cx_feedback.loyalty.models import Silence
    from cx_feedback.loyalty.reports.insufficient_data import find_obstacle
    from cx_feedback.loyalty.reports.site_changes import describe_changes
    from cx_feedback.loyalty.reports.trust import judge_trust
    from cx_feedback.loyalty.scoring.runs import run_score
    from cx_feedback.readers.models import Reader

    as_of = get_date(day)
    run = run_score(as_of=as_of, refit=True)
    assert run.outcome == "done", run.message
    before = set(Silence.objects.filter(announced_at__isnull=False).values_list("pk", flat=True))
    services.announce_silences(as_of=as_of)
    announced = Silence.objects.filter(announced_at__isnull=False).exclude(pk__in=before)
    fit = selectors.get_newest_fit()
    assert fit is not None
    trust = judge_trust(fit, selectors.get_check(fit))
    return Night(
        day,
        sorted(announced.values_list("reader_id", flat=True)),
        trust.is_yes,
        [*trust.reasons, *describe_changes(fit)],
        find_obstacle(fit),
        _did_hold(world, day, fit),
        set(Reader.objects.filter(tier="program").values_list("pk", flat=True)),
    )


def _did_hold(world: SimulatedSite, day: int, fit: Any) -> bool | None:
    who, days = world.visits[:, 0], world.visits[:, 1]
    until = day + 7 * fit.horizon_weeks
    if days.max() < until:
        return None
    people = world.kinds[who] != 2
    known = np.unique(who[people & (days <= day)])
    came = np.unique(who[people & (days > day) & (days <= until)])
    return bool(fit.expected_low <= len(np.intersect1d(known, came)) <= fit.expected_high)


def _store_history(world: SimulatedSite, until: int) -> None:
    """Store the readers of a world, and their visits up to a day, in place of all others."""
    from django.db import connection

    from cx_feedback.loyalty.models import Fit, Run, Silence
    from cx_feedback.readers.models import Activity, Reader, VisitDay

    for model in (Silence, Activity, VisitDay):
        model._default_manager.all()._raw_delete("default")
    Run.objects.all().delete()
    Fit.objects.all().delete()
    Reader._default_manager.all()._raw_delete("default")
    readers = (Reader(pk=pk, counts_visits=True) for pk in range(1, world.readers + 1))
    Reader.objects.bulk_create(readers, batch_size=500)
    _store_days(world, 0, until)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _store_days(world: SimulatedSite, first: int, last: int | None = None) -> None:
    """Store the visits of the days from ``first`` to ``last``, by default of one day."""
    from cx_feedback.readers.models import VisitDay
    from cx_feedback.readers.services import rebuild_figures

    day = world.visits[:, 1]
    rows = world.visits[(day >= first) & (day <= (first if last is None else last))]
    VisitDay.objects.bulk_create(
        (VisitDay(reader_id=reader, day=get_date(day)) for reader, day in rows.tolist()),
        batch_size=2000,
    )
    ids = np.unique(rows[:, 0]).tolist()
    for start in range(0, len(ids), 500):
        rebuild_figures(reader_ids=ids[start : start + 500])
