"""Experiments: readers who got the emails of a rule compared with its control group."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Min, QuerySet, SmallIntegerField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from cx_feedback.core.experiment_statistics import (
    MIN_READERS,
    WORTH_SEEING,
    Difference,
    get_always_valid_difference,
    get_detectable_difference,
    get_needed_readers,
    get_price,
)
from cx_feedback.loyalty.effects.day_numbers import day_number_sql, get_day_number
from cx_feedback.loyalty.effects.participant_queries import get_follow_ups, rule_id_expression
from cx_feedback.loyalty.reports.report_models import Experiment
from cx_feedback.loyalty.site_settings import get_loyalty_config
from cx_feedback.readers.models import VisitDay
from cx_feedback.readers.periods import EARLIEST, EPOCH
from cx_feedback.readers.visits.visit_retention import get_last_deleted_day


@dataclass(frozen=True)
class ExperimentResult:
    """The result of an experiment so far; fields are None if there are too few readers.

    Shares are from 0 to 1. ``difference`` may be looked at every night. ``visible`` is the
    difference that groups of these sizes detect four times in five, ``needed`` the number of
    readers in both groups to detect ``WORTH_SEEING``, ``price`` how many times as wide the
    interval is as one for a single look.
    """

    experiment: Experiment
    written_share: float | None
    held_share: float | None
    difference: Difference | None
    visible: float | None
    needed: int | None
    price: float | None


def evaluate_experiment(experiment: Experiment) -> ExperimentResult:
    """Return the result of ``experiment``, without figures below MIN_READERS in a group."""
    n, held = experiment.written, experiment.held
    if min(n, held) < MIN_READERS:
        return ExperimentResult(experiment, None, None, None, None, None, None)
    came, held_came = experiment.written_returned, experiment.held_returned
    # Shrunk away from 0 and 1, where any difference would be significant.
    share = (came + held_came + 2) / (n + held + 4)
    return ExperimentResult(
        experiment,
        came / n,
        held_came / held,
        get_always_valid_difference(came, n, held_came, held),
        get_detectable_difference(share, n, held),
        get_needed_readers(share, WORTH_SEEING, held / (n + held)),
        get_price(came, n, held_came, held),
    )


def measure_experiments(
    *, as_of: datetime.date, horizon_weeks: int | None = None
) -> list[Experiment]:
    """Count the readers and the returns in both groups of each experiment, and store them.

    A reader counts once, from the day on which their first email was due, and returns by a visit
    on a later day within the weeks. Readers whose weeks aren't over on ``as_of`` are only
    counted as running. Changing the percentage of a rule starts another experiment. All readers
    since its beginning count: an interval that may be looked at every night must not forget.
    An experiment whose first visit days were deleted therefore stays as it was counted last.
    """
    weeks = horizon_weeks or get_loyalty_config().horizon_weeks
    counts: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    begun: dict[tuple[int, int], int] = {}
    for group in ("written", "held"):
        for rule, percent, over, came, running, first in _count_group(
            group == "held", as_of, weeks
        ):
            found = counts[rule, percent]
            begun[rule, percent] = min(first, begun.get((rule, percent), first))
            found[group], found[f"{group}_returned"] = over, came
            found["running"] = found.get("running", 0) + running
    rows = [
        Experiment(
            rule_id=rule,
            percent=percent,
            since=EPOCH + datetime.timedelta(days=begun[rule, percent]),
            as_of=as_of,
            horizon_weeks=weeks,
            **found,
        )
        for (rule, percent), found in sorted(counts.items())
    ]
    deleted = get_last_deleted_day()
    with transaction.atomic():
        if deleted is None:
            Experiment.objects.all().delete()
        else:
            rows = [row for row in rows if row.since > deleted]
            Experiment.objects.filter(since__gt=deleted).delete()
        return Experiment.objects.bulk_create(rows)


def _count_group(held_back: bool, as_of: datetime.date, weeks: int) -> list[tuple[int, ...]]:
    """Return (rule, percent, readers whose weeks are over, their returns, the others, first day).

    The first day is a day number.
    """
    first = get_first_follow_ups(held_back, as_of)
    select, params = first.query.sql_with_params()
    over = f"f.base + {7 * weeks} <= {get_day_number(as_of)}"
    day = day_number_sql("v.day")
    came = (
        f"EXISTS (SELECT 1 FROM {VisitDay._meta.db_table} v WHERE v.reader_id = f.reader_id "
        f"AND {day} > f.base AND {day} <= f.base + {7 * weeks})"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH f (rule, percent, reader_id, base) AS ({select}) "
            f"SELECT f.rule, f.percent, SUM(CASE WHEN {over} THEN 1 ELSE 0 END), "
            f"SUM(CASE WHEN {over} AND {came} THEN 1 ELSE 0 END), "
            f"SUM(CASE WHEN {over} THEN 0 ELSE 1 END), MIN(f.base) FROM f "
            "GROUP BY f.rule, f.percent",
            params,
        )
        return [tuple(map(int, row)) for row in cursor.fetchall()]


def get_first_follow_ups(held_back: bool, as_of: datetime.date) -> QuerySet[Any, Any]:
    """Return (rule, percent, reader, base) of the first email due in each experiment."""
    return (
        get_follow_ups(EARLIEST, as_of)
        .filter(detail__held_back=held_back, detail__percent__gt=0)
        .order_by()
        .annotate(
            rule=rule_id_expression(), percent=Cast(KT("detail__percent"), SmallIntegerField())
        )
        .values("rule", "percent", "reader_id")
        .annotate(first=Min("known"))
        .values_list("rule", "percent", "reader_id", "first")
    )
