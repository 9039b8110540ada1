"""Counts the visit days of readers who consented. Days are days in the time zone of the site.

Functions that every act calls use ``savepoint=False``, so that they add no statement inside the
transaction of another room.
"""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Coalesce, Now, TruncDate
from django.db.models.lookups import Exact, LessThanOrEqual

from cx_feedback.readers.models import PastVisits, Reader, VisitDay
from cx_feedback.readers.periods import EARLIEST, get_period
from cx_feedback.readers.visits.reader_figures import build_figures


def count_day(*, reader: Reader, day: datetime.date) -> None:
    """Count a visit of ``reader`` on ``day`` if the reader consented and isn't untracked.

    The first visit of a period stores its day and the figures. Later visits of the same period
    store nothing, because the model doesn't use them. The constraint of visit days and a
    conditional update make this safe for concurrent acts. Days before ``periods.EARLIEST`` come
    from a wrong clock and don't count.
    """
    if begins_period(reader, day):
        _note_day(reader, day)


def begins_period(reader: Reader, day: datetime.date) -> bool:
    """Return whether a visit on ``day`` would be counted."""
    if not reader.counts_visits or reader.untracked:
        return False
    return day >= EARLIEST and reader.last_period != get_period(day)


@transaction.atomic(savepoint=False)
def _note_day(reader: Reader, day: datetime.date) -> None:
    advanced = _advance_figures(reader.pk, day)
    reader.refresh_from_db(fields=["last_day", "first_period", "last_period", "active_periods"])
    is_past = reader.last_period is not None and get_period(day) < reader.last_period
    if is_past and PastVisits.objects.filter(reader=reader, until__gte=day).exists():
        return  # days up to then were counted and deleted
    if advanced or is_past:
        VisitDay.objects.bulk_create([VisitDay(reader=reader, day=day)], ignore_conflicts=True)
    if is_past:
        # A day in the past, for example of a late import, may belong to a period that counts.
        rebuild_figures(reader_ids=[reader.pk])


def _advance_figures(reader_id: int, day: datetime.date) -> bool:
    """Update the figures of a reader for a visit on ``day`` with one conditional statement.

    Returns whether this was the first visit of the period. A day after tomorrow by the clock of
    the database comes from a server with a wrong clock, and changes nothing.
    """
    period = get_period(day)
    yesterday = Value(day - datetime.timedelta(days=1), output_field=DateField())
    moved = Reader.objects.filter(
        Q(last_period__isnull=True) | Q(last_period__lt=period),
        LessThanOrEqual(yesterday, TruncDate(Now())),
        pk=reader_id,
        counts_visits=True,  # consent may just have been withdrawn
    ).update(
        active_periods=F("active_periods") + 1,
        first_period=Coalesce("first_period", Value(period)),
        last_period=period,
        last_day=day,
    )
    return bool(moved)


@transaction.atomic
def rebuild_figures(*, reader_ids: list[int]) -> int:
    """Recalculate the figures of readers from their visit days; return the number of changes.

    This is for imports, merges and changes of the length of periods. It is one statement, so
    split large sets into some thousands of ids.
    """
    # Lock first, so that a visit that is counted meanwhile waits and is added afterwards.
    locked = list(Reader.objects.select_for_update().filter(pk__in=reader_ids).values_list("pk"))
    figures = build_figures()
    differs = Q()
    for name, now in figures.items():
        nothing: Any = datetime.date.min if name == "last_day" else -(10**9)
        differs |= ~Q(Exact(Coalesce(F(name), nothing), Coalesce(now, nothing)))
    return Reader.objects.filter(differs, pk__in=[pk for (pk,) in locked]).update(**figures)
