"""Loading the visit days of readers into memory, for the windows of the past."""

import datetime
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Max, Min, Q, QuerySet

from cx_feedback.loyalty.effects.day_numbers import DayNumber, get_day_number
from cx_feedback.loyalty.model import VisitLog
from cx_feedback.loyalty.model.cells import Ints
from cx_feedback.loyalty.model.visit_log import EarlierVisits
from cx_feedback.loyalty.scoring.history_queries import get_withdrawn_readers
from cx_feedback.readers.models import PastVisits, Reader, VisitDay
from cx_feedback.readers.periods import EARLIEST, get_past_column, get_period_length
from cx_feedback.readers.tier_names import Tier
from cx_feedback.readers.visits.visit_retention import get_last_deleted_day

#: Approximate number of readers that a log holds. More are sampled.
SAMPLE = 200_000
#: Ranges of reader ids from which a sample is drawn.
RANGES = 50
#: Rows that are converted at once.
ROWS = 50_000


def load_visit_log(
    *,
    until: datetime.date,
    since: datetime.date = EARLIEST,
    readers: int | None = None,
    most: int | None = None,
    has_programs: bool = True,
) -> VisitLog:
    """Return the visits up to ``until``, of about ``most`` (SAMPLE) readers if there are far more.

    ``readers`` is their number, by default that of all. Programs are left out; where it is known
    that there are none, ``has_programs=False`` saves the look at each reader. Whole histories are
    sampled, by ranges of ids, so that the index of the visit days is used and the other readers
    are not read.
    """
    total = Reader.objects.count() if readers is None else readers
    days = (
        VisitDay.objects.filter(day__gte=max(since, EARLIEST), day__lte=until)
        .exclude(reader__in=get_withdrawn_readers())
        .order_by()
    )
    if has_programs:
        days = days.exclude(reader__tier=Tier.PROGRAM)
    table = _fetch_table(days, total, "reader_id", DayNumber("day"), most=most)
    earlier = _load_earlier_visits(until, total, most)
    length, one_in = get_period_length(), get_one_in(total, most)
    return VisitLog.of(table[:, 0], table[:, 1], length, one_in, earlier)


def _load_earlier_visits(
    until: datetime.date, total: int, most: int | None
) -> EarlierVisits | None:
    """Return the visits of the same readers whose days were deleted, None if none were."""
    deleted = get_last_deleted_day()
    if deleted is None:
        return None
    past = PastVisits.objects.filter(until__lte=until).exclude(reader__in=get_withdrawn_readers())
    first, last = DayNumber("first_day"), DayNumber("last_day")
    columns = ("reader_id", first, last, get_past_column())
    table = _fetch_table(past.order_by(), total, *columns, most=most)
    table = table[np.argsort(table[:, 0])]
    readers, first_days, last_days, periods = np.ascontiguousarray(table.T)
    return EarlierVisits(readers, first_days, last_days, periods, get_day_number(deleted))


def _fetch_table(rows: QuerySet[Any], readers: int, *columns: Any, most: int | None = None) -> Ints:
    """Return whole numbers of the rows of a sample of so many readers."""
    chunks: list[Ints] = [np.empty((0, len(columns)), dtype=np.int64)]
    for part in select_sample(rows, readers, most):
        text, params = part.values_list(*columns).query.get_compiler(connection=connection).as_sql()
        with connection.cursor() as cursor:
            cursor.execute(text, params)
            while some := cursor.fetchmany(ROWS):
                chunks.append(np.array(some, dtype=np.int64))
    return np.concatenate(chunks)


def get_one_in(readers: int, most: int | None = None) -> int:
    """Return which share of so many readers is sampled: one in so many."""
    return max(1, readers // (most or SAMPLE))


def select_sample(
    days: QuerySet[Any], readers: int, most: int | None = None
) -> list[QuerySet[Any]]:
    """Return the querysets of the rows of a sample of readers; one of all if there are few.

    It is one for each range. For conditions joined by OR, PostgreSQL fetches whole pages and
    checks all conditions on each row, so that a sample of one in 25 costs as much as all.
    """
    one_in = get_one_in(readers, most)
    if one_in == 1:
        return [days]
    return [days.filter(among) for among in _get_sample_conditions(one_in)]


def _get_sample_conditions(one_in: int) -> list[Q]:
    """Return conditions for about one reader in ``one_in``: ranges of ids over all ids."""
    ends = Reader.objects.aggregate(low=Min("pk"), high=Max("pk"))
    low, high = ends["low"] or 0, ends["high"] or 0
    step = max(1, (high - low) // RANGES)
    size = max(1, step // one_in)
    return [
        Q(reader_id__gte=start, reader_id__lt=start + size) for start in range(low, high + 1, step)
    ]
