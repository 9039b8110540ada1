"""Days on which no visits were counted: found in the visits, or marked by editors."""

import datetime
from collections.abc import Iterable, Sequence

import numpy as np
from django.utils.translation import gettext as _

from cx_feedback.core.errors import FeedbackError
from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.marked_days import Days, covers_everything
from cx_feedback.loyalty.model import VisitLog
from cx_feedback.loyalty.model.cells import Ints
from cx_feedback.loyalty.model.clock_errors import ClockError, find_clock_errors
from cx_feedback.loyalty.model.counting_gaps import CountingGap, find_gaps
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.site_settings import get_marked_days
from cx_feedback.readers.models import VisitDay
from cx_feedback.readers.periods import EARLIEST, EPOCH

#: Days before the scored one in which gaps are found. Earlier ones are remembered.
LOOK_BACK_DAYS = 140


class EverythingMarked(FeedbackError):
    """The marked days cover all that is known, so there is nothing to score."""

    code = "everything-marked"
    title = _("The days marked as not counted cover all visits, so nothing can be scored.")


def build_gaps(marked: Iterable[Days]) -> list[CountingGap]:
    """Return marked days as days without counting."""
    return [
        CountingGap(get_day_number(max(first, EARLIEST)), get_day_number(last))
        for first, last in marked
        if last >= EARLIEST  # no visit counts before
    ]


def get_marked_gaps() -> list[CountingGap]:
    """Return the days that editors marked as not counted."""
    return build_gaps(get_marked_days())


def get_gaps(*, as_of: datetime.date, log: VisitLog) -> list[CountingGap]:
    """Return the days without counting up to ``as_of``, the oldest first.

    These are the marked ones, those found in the recent visits of ``log``, and what the newest
    scores before ``as_of`` remember. Raises EverythingMarked.
    """
    since = get_day_number(as_of) - LOOK_BACK_DAYS
    marked = get_marked_days()
    if covers_everything(marked, as_of):
        raise EverythingMarked
    remembered = [gap for gap in _get_remembered(as_of) if gap.last < since]
    found = find_gaps(since, _count_days(log, since, as_of))
    return merge_gaps(remembered, found, build_gaps(marked))


def find_first_visit() -> datetime.date | None:
    """Return the day of the first visit that is known, None before it."""
    days = VisitDay.objects.filter(day__gte=EARLIEST).order_by("day")
    return days.values_list("day", flat=True).first()


def get_clock_errors(
    *, as_of: datetime.date, log: VisitLog, gaps: Sequence[CountingGap]
) -> list[ClockError]:
    """Return the days of the last weeks that have the visits of others, the oldest first."""
    since = get_day_number(as_of) - LOOK_BACK_DAYS
    recent = [gap for gap in gaps if gap.first > since]
    return find_clock_errors(since, _count_days(log, since, as_of), recent) if recent else []


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


def _count_days(log: VisitLog, since: int, as_of: datetime.date) -> Ints:
    """Return the readers of each day from ``since`` to ``as_of``."""
    last = get_day_number(as_of)
    days = log.days[(log.days >= since) & (log.days <= last)]
    return np.bincount(days - since, minlength=last - since + 1)
