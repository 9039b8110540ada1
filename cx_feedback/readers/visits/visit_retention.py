"""Visit days that are older than the site keeps them: counted for each reader, then deleted.

The figures of a reader stay what they are, so fits and scores stay the same. What needs the days
themselves (past windows, the effects of acts) sees those that are kept.
"""

import datetime
from collections import defaultdict

from django.db import transaction
from django.db.models import Max, QuerySet

from cx_feedback.core.pages import site_time
from cx_feedback.core.retention_periods import get_cutoff, is_unlimited
from cx_feedback.readers.models import PastVisits, Reader, VisitDay
from cx_feedback.readers.periods import EPOCH

#: Readers of a transaction.
BATCH = 2000
#: Fields that a later fold changes.
FIGURES = ("last_day", "until", "days", "weeks")


def get_last_deleted_day() -> datetime.date | None:
    """Return the last day whose visits may have been deleted, None if none were."""
    return PastVisits.objects.aggregate(until=Max("until"))["until"]


def fold_old_visits(*, now: datetime.datetime | None = None) -> int:
    """Count the visit days before the site's cutoff for their readers, and delete them.

    Returns the number of days. Whole weeks go, so that no period is cut in two. May be killed
    and run again at any time: each batch is one transaction.
    """
    if is_unlimited("visit_days"):
        return 0
    until = _get_last_day(now)
    # In the order of the index, so that each batch goes on where the one before ended.
    old = VisitDay.objects.filter(day__lte=until).order_by("reader_id").values_list("reader_id")
    folded, last = 0, 0
    while ids := [pk for (pk,) in old.filter(reader_id__gt=last).distinct()[:BATCH]]:
        folded, last = folded + _fold_readers(ids, until), ids[-1]
    return folded


def _get_last_day(now: datetime.datetime | None) -> datetime.date:
    """Return the last day, a Sunday, that is older than the site keeps."""
    cutoff = site_time.localdate(get_cutoff("visit_days", now=now))
    return EPOCH + datetime.timedelta(days=(cutoff - EPOCH).days // 7 * 7 - 1)


def find_old_visits(now: datetime.datetime | None = None) -> QuerySet[VisitDay]:
    """Return the visit days that are older than the site keeps them."""
    if is_unlimited("visit_days"):
        return VisitDay.objects.none()
    return VisitDay.objects.filter(day__lte=_get_last_day(now))


@transaction.atomic
def _fold_readers(reader_ids: list[int], until: datetime.date) -> int:
    """Count and delete the days of some readers; a day that was counted before isn't again."""
    # A visit or an import that changes the figures of these readers meanwhile waits.
    list(Reader.objects.select_for_update().filter(pk__in=reader_ids).order_by("pk").values("pk"))
    rows = list(
        VisitDay.objects.filter(reader_id__in=reader_ids, day__lte=until).values_list(
            "pk", "reader_id", "day"
        )
    )
    found = PastVisits.objects.in_bulk(reader_ids)
    days: dict[int, list[datetime.date]] = defaultdict(list)
    for _pk, reader_id, day in rows:
        if reader_id not in found or day > found[reader_id].until:
            days[reader_id].append(day)
    PastVisits.objects.bulk_create(
        [_add_days(found.get(reader_id), reader_id, its, until) for reader_id, its in days.items()],
        update_conflicts=True,
        unique_fields=["reader"],
        update_fields=FIGURES,
    )
    VisitDay.objects.filter(pk__in=[pk for pk, _reader_id, _day in rows]).delete()
    return len(rows)


def _add_days(
    before: PastVisits | None, reader_id: int, days: list[datetime.date], until: datetime.date
) -> PastVisits:
    weeks = len({(day - EPOCH).days // 7 for day in days})
    return PastVisits(
        reader_id=reader_id,
        first_day=before.first_day if before else min(days),
        last_day=max(days),
        until=until,
        days=len(days) + (before.days if before else 0),
        weeks=weeks + (before.weeks if before else 0),
    )
