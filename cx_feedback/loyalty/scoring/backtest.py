"""The backtest: the ranges that past days would have forecast, with the returns that came."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.core.errors import FeedbackError
from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.model import Forecaster, RangeCheck, VisitLog
from cx_feedback.loyalty.model.counting_gaps import find_gaps
from cx_feedback.loyalty.scoring.history_queries import check_days_kept
from cx_feedback.loyalty.scoring.uncounted_days import get_marked_gaps, merge_gaps
from cx_feedback.loyalty.scoring.visit_log_loading import load_visit_log
from cx_feedback.readers.periods import EPOCH

#: Most windows of a backtest.
MOST_WINDOWS = 1000

#: A function that is called with the number of windows done, that of all and the newest.
WindowProgress = Callable[[int, int, RangeCheck | None], None]


class NoBacktest(FeedbackError):
    """The days of a backtest can't be compared with anything; the message says why."""

    code = "no-backtest"
    title = _("Nothing can be compared.")


@dataclass(frozen=True)
class Backtest:
    """The windows of a backtest, the oldest first; ``left_out`` are (day, reason)."""

    windows: list[RangeCheck] = field(default_factory=list)
    left_out: list[tuple[datetime.date, str]] = field(default_factory=list)
    one_in: int = 1

    @property
    def held(self) -> int:
        """Return the number of windows in which as many came as the range said."""
        return sum(one.held for one in self.windows)

    def as_dict(self) -> dict[str, Any]:
        """Return the backtest as JSON values."""
        return {
            "windows": len(self.windows),
            "held": self.held,
            "rows": [_serialize_window(one) for one in self.windows],
        }


def get_day(number: int) -> datetime.date:
    """Return the day with this number."""
    return EPOCH + datetime.timedelta(days=number)


def run_backtest(
    *,
    first: datetime.date,
    last: datetime.date,
    step: int,
    horizon_weeks: int,
    until: datetime.date,
    progress: WindowProgress,
) -> Backtest:
    """Forecast every ``step`` days from ``first`` to ``last`` as if it were then, and compare.

    Each day learns from visits up to that day alone. ``until`` is the last whole day. Nothing is
    stored, so it can be run again at any time. Raises NoBacktest and DaysDeleted.
    """
    log = load_visit_log(until=until)
    _check_log(log, first)
    gaps = merge_gaps(find_gaps(*log.count_days(int(log.days.max()))), get_marked_gaps())
    forecaster = Forecaster(log, horizon_weeks * 7, gaps)
    days = range(get_day_number(first), get_day_number(last) + 1, step)
    if len(days) > MOST_WINDOWS:
        raise NoBacktest(
            _("These are %(n)d windows; at most %(most)d are compared at once.")
            % {"n": len(days), "most": MOST_WINDOWS}
        )
    found = Backtest(one_in=log.one_in)
    for number, day in enumerate(days, 1):
        reason = _find_obstacle(forecaster, day)
        if reason:
            found.left_out.append((get_day(day), reason))
        else:
            found.windows.append(forecaster.forecast(day))
        progress(number, len(days), found.windows[-1] if not reason else None)
    if not found.windows:
        raise NoBacktest(found.left_out[0][1])
    return found


def _check_log(log: VisitLog, first: datetime.date) -> None:
    """Raise NoBacktest if the log has too little before ``first``."""
    if not len(log):
        raise NoBacktest(_("No visit is known yet. Visits come from consent or from a log."))
    begins, ends = get_day(log.first_day), get_day(int(log.days.max()))
    if begins == ends:
        raise NoBacktest(
            _("All visits are of one day, %s, so nobody can have come back.") % begins.isoformat()
        )
    earliest = get_day(log.first_day + log.period_days - 1)
    check_days_kept(first)
    if first < earliest:
        raise NoBacktest(
            _("The first visit is of %(begins)s, so nothing was known before %(earliest)s.")
            % {"begins": begins.isoformat(), "earliest": earliest.isoformat()}
        )


def _find_obstacle(forecaster: Forecaster, day: int) -> str:
    """Return why the window after ``day`` can't be compared, "" if it can."""
    newest = int(forecaster.log.days.max())
    if day + forecaster.horizon_days > newest:
        return _("The visits end on %(ends)s, before the %(days)d days after it are over.") % {
            "ends": get_day(newest).isoformat(),
            "days": forecaster.horizon_days,
        }
    if (gap := forecaster.find_gap(day)) is not None:
        return _("No visits were counted from %(first)s to %(last)s.") % {
            "first": get_day(gap.first).isoformat(),
            "last": get_day(gap.last).isoformat(),
        }
    return ""


def _serialize_window(one: RangeCheck) -> dict[str, Any]:
    return {
        "as_of": get_day(one.day).isoformat(),
        "readers": one.readers,
        "expected": round(one.expected, 1),
        "low": round(one.low, 1),
        "high": round(one.high, 1),
        "came": one.came,
    }
