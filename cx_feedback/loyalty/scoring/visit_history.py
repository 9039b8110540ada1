"""Loading the visit days of readers into memory, for the windows of the past."""

import datetime

import numpy as np
from django.db import connection
from django.db.models import Max, Min, Q, QuerySet

from cx_feedback.loyalty.effects.day_numbers import DayNumber
from cx_feedback.loyalty.model import VisitLog
from cx_feedback.loyalty.model.cells import Ints
from cx_feedback.loyalty.scoring.histories import get_withdrawn_readers
from cx_feedback.readers.models import Reader, VisitDay
from cx_feedback.readers.periods import EARLIEST, get_period_length

#: Approximate number of readers that a log holds. More are sampled.
SAMPLE = 200_000
#: Ranges of reader ids from which a sample is drawn.
RANGES = 100
#: Rows that are converted at once.
ROWS = 50_000


def load_visit_log(*, until: datetime.date, readers: int | None = None) -> VisitLog:
    """Return the visits up to ``until``, of about ``SAMPLE`` readers if there are far more.

    ``readers`` is their number, by default that of all. Whole histories are sampled, by ranges of
    ids, so that the index of the visit days is used and the other readers are not read.
    """
    total = Reader.objects.count() if readers is None else readers
    days = (
        VisitDay.objects.filter(day__gte=EARLIEST, day__lte=until)
        .exclude(reader__in=get_withdrawn_readers())
        .order_by()
    )
    chunks: list[Ints] = [np.empty((0, 2), dtype=np.int64)]
    for part in select_sample(days, total):
        rows = part.values_list("reader_id", DayNumber("day"))
        text, params = rows.query.get_compiler(connection=connection).as_sql()
        with connection.cursor() as cursor:
            cursor.execute(text, params)
            while some := cursor.fetchmany(ROWS):
                chunks.append(np.array(some, dtype=np.int64))
    table = np.concatenate(chunks)
    return VisitLog.of(table[:, 0], table[:, 1], get_period_length(), get_one_in(total))


def get_one_in(readers: int) -> int:
    """Return which share of so many readers is sampled: one in so many."""
    return max(1, readers // SAMPLE)


def select_sample(days: QuerySet[VisitDay], readers: int) -> list[QuerySet[VisitDay]]:
    """Return the querysets of the days of a sample of readers; one of all if there are few.

    It is one for each range. For conditions joined by OR, PostgreSQL fetches whole pages and
    checks all conditions on each row, so that a sample of one in 25 costs as much as all.
    """
    one_in = get_one_in(readers)
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
