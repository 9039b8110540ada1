"""Reasons why nothing can be said: then a sentence stands in place of the figures."""

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.marked_days import covers_everything
from cx_feedback.loyalty.model.clock_errors import ClockError
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.reports.site_changes import describe_clock_error
from cx_feedback.loyalty.scoring.uncounted_days import (
    EverythingMarked,
    build_gaps,
    find_first_visit,
    get_open_gap,
)
from cx_feedback.loyalty.site_settings import get_marked_days
from cx_feedback.readers.models import VisitDay
from cx_feedback.readers.periods import get_period

#: Least share of the days of the last horizon that must have been counted.
ENOUGH = 0.5


def find_obstacle(fit: Fit) -> str:
    """Return why the figures of ``fit`` say nothing, "" if they do."""
    first = find_first_visit()
    if first is None:
        return ""
    marked = get_marked_days()
    if covers_everything(marked, fit.as_of):
        return str(EverythingMarked.title)
    return (
        _find_single_period(fit, first)
        or _find_stopped_counting(fit)
        or _find_holes(fit, build_gaps(marked))
        or _find_clock_error(fit)
    )


def _find_single_period(fit: Fit, first: datetime.date) -> str:
    days = VisitDay.objects.filter(day__lte=fit.as_of).order_by("-day")
    last = days.values_list("day", flat=True).first() or first
    if get_period(first) != get_period(last):
        return ""
    if first == last:
        return _("All visits are of one day, %(day)s, so nobody can have come back yet.") % {
            "day": date_format(first)
        }
    return _("All visits are of one week, that of %(day)s, so nobody can have come back yet.") % {
        "day": date_format(first)
    }


def _find_stopped_counting(fit: Fit) -> str:
    gap = get_open_gap(fit)
    if gap is None:
        return ""
    return _("As long as no visits are counted, it can't be said how many readers will be back.")


def _find_holes(fit: Fit, marked: list[CountingGap]) -> str:
    """Return the sentence on days without counting that are half of the horizon or more."""
    today = get_day_number(fit.as_of)
    horizon = 7 * fit.horizon_weeks
    gaps = [*CountingGap.from_rows(fit.gaps), *marked]
    days = {day for gap in gaps for day in range(gap.first, gap.last + 1)}
    uncounted = sum(today - horizon < day <= today for day in days)
    if horizon - uncounted >= ENOUGH * horizon:
        return ""
    return _(
        "Visits were counted on %(counted)d of the last %(days)d days only, so nothing can be said "
        "about who will be back."
    ) % {"counted": horizon - uncounted, "days": horizon}


def _find_clock_error(fit: Fit) -> str:
    since = get_day_number(fit.as_of) - 7 * fit.horizon_weeks
    for error in ClockError.from_rows(fit.clock_errors):
        if max(error.last, error.gap.last) > since:
            return describe_clock_error(error)
    return ""
