"""Days on which no visits were counted: found in the visits, or marked by editors."""

import datetime
from collections.abc import Iterable, Sequence

import numpy as np
from django.db.models import Count
from django.utils.translation import gettext as _

from cx_feedback.core.errors import FeedbackError
from cx_feedback.loyalty.effects.day_numbers import DayNumber, get_day_number
from cx_feedback.loyalty.model.cells import Ints
from cx_feedback.loyalty.model.clock_errors import ClockError, find_clock_errors
from cx_feedback.loyalty.model.counting_gaps import CountingGap, find_gaps
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.scoring.visit_history import select_sample
from cx_feedback.loyalty.site_settings import get_marked_days
from cx_feedback.readers.models import VisitDay
from cx_feedback.readers.periods import EARLIEST, EPOCH
from cx_feedback.readers.tier_names import Tier

#: Days before the scored one in which each night looks for gaps. Earlier ones are remembered.
LOOK_BACK_DAYS = 140


class EverythingMarked(FeedbackError):
    """The marked days cover all that is known, so there is nothing to score."""

    code = "everything-marked"
    title = _("The days marked as not counted cover all visits, so nothing can be scored.")


def get_marked_gaps() -> list[CountingGap]:
    """Return the days that editors marked as not counted."""
    return [
        CountingGap(get_day_number(max(first, EARLIEST)), get_day_number(last))
        for first, last in get_marked_days()
        if last >= EARLIEST  # no visit counts before
    ]


def get_gaps(*, as_of: datetime.date, readers: int) -> list[CountingGap]:
    """Return the days without counting up to ``as_of``, the oldest first.

    These are the marked ones, those found in the last weeks, and what the newest scores before
    ``as_of`` remember. Raises EverythingMarked.
    """
    since = as_of - datetime.timedelta(days=LOOK_BACK_DAYS)
    begins, marked = find_first_visit(), get_marked_gaps()
    if begins is not None and covers_everything(marked, begins, as_of):
        raise EverythingMarked
    remembered = [gap for gap in _get_remembered(as_of) if gap.last < get_day_number(since)]
    found = find_gaps(*_count_days(since, as_of, readers))
    return merge_gaps(remembered, found, marked)


def covers_everything(
    marked: Iterable[CountingGap], begins: datetime.date, as_of: datetime.date
) -> bool:
    """Return whether the marked days cover all days from ``begins`` to ``as_of``."""
    first, last = get_day_number(begins), get_day_number(as_of)
    return any(gap.first <= first and last <= gap.last for gap in merge_gaps(marked))


def find_first_visit() -> datetime.date | None:
    """Return the day of the first visit that is known, None before it."""
    days = VisitDay.objects.filter(day__gte=EARLIEST).order_by("day")
    return days.values_list("day", flat=True).first()


def get_clock_errors(
    *, as_of: datetime.date, readers: int, gaps: Sequence[CountingGap]
) -> list[ClockError]:
    """Return the days of the last weeks that have the visits of others, the oldest first.

    Only where there is a gap, so that most nights don't count the days again.
    """
    since = as_of - datetime.timedelta(days=LOOK_BACK_DAYS)
    recent = [gap for gap in gaps if gap.first > get_day_number(since)]
    if not recent:
        return []
    return find_clock_errors(*_count_days(since, as_of, readers), recent)


def get_known_gaps(as_of: datetime.date) -> list[CountingGap]:
    """Return the days without counting that are marked or were found before ``as_of``."""
    return merge_gaps(_get_remembered(as_of), get_marked_gaps())


def merge_gaps(*lists: Iterable[CountingGap]) -> list[CountingGap]:
    """Return the gaps of all lists with those that overlap or adjoin made one."""
    merged: list[CountingGap] = []
    for gap in sorted((gap for gaps in lists for gap in gaps), key=lambda gap: gap.first):
        if merged and gap.first <= merged[-1].last + 1:
            merged[-1] = CountingGap(merged[-1].first, max(gap.last, merged[-1].last))
        else:
            merged.append(gap)
    return merged


def get_open_gap(fit: Fit | None) -> CountingGap | None:
    """Return the gap that went on when ``fit`` was made, None if visits were counted."""
    if fit is None:
        return None
    today = get_day_number(fit.as_of)
    return next((gap for gap in CountingGap.from_rows(fit.gaps) if gap.touches(today, today)), None)


def get_day(number: int) -> datetime.date:
    """Return the day with this number."""
    return EPOCH + datetime.timedelta(days=number)


def _get_remembered(as_of: datetime.date) -> list[CountingGap]:
    before = Fit.objects.filter(as_of__lt=as_of, completed_at__isnull=False).order_by("as_of")
    rows = before.values_list("gaps", flat=True).last()
    return CountingGap.from_rows(rows or [])


def _count_days(since: datetime.date, as_of: datetime.date, readers: int) -> tuple[int, Ints]:
    """Return the number of the first day, and the readers of each day up to ``as_of``."""
    first, last = get_day_number(since), get_day_number(as_of)
    counts = np.zeros(last - first + 1, dtype=np.int64)
    days = VisitDay.objects.filter(day__gte=since, day__lte=as_of)
    # Programs go on while nobody is counted. Without any the join would cost for nothing.
    if Fit.objects.filter(tier_counts__tier=Tier.PROGRAM).exists():
        days = days.exclude(reader__tier=Tier.PROGRAM)
    for part in select_sample(days, readers):
        rows = part.order_by().values("day").annotate(number=DayNumber("day"), n=Count("pk"))
        for number, n in rows.values_list("number", "n"):
            counts[number - first] += n
    return first, counts
