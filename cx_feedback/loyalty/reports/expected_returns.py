"""The expected and actual returns of each fit."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet

from cx_feedback.core import conf
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.reports.report_models import Outcome
from cx_feedback.readers.models import VisitDay
from cx_feedback.readers.periods import EPOCH, get_first_day, get_period
from cx_feedback.readers.tier_names import Tier

#: Weeks of fits that are included.
WEEKS = 52


@dataclass(frozen=True)
class Expectation:
    """The readers expected back in the weeks after a day, with a 95% interval, and the returns.

    ``returned`` is None until the weeks are over.
    """

    as_of: datetime.date
    expected: float
    low: float
    high: float
    returned: int | None

    @property
    def held(self) -> bool | None:
        """Return whether the returns lie in the interval; None until the weeks are over."""
        return None if self.returned is None else self.low <= self.returned <= self.high


def store_outcomes(*, as_of: datetime.date) -> int:
    """Count the returns of each fit whose weeks are over; return the number of fits.

    Only fits as of the end of a period count. The model counts periods, and a second visit
    in a period that had already begun would look like a return.
    """
    kept = 0
    for fit in _get_comparable_fits(as_of).filter(outcome__isnull=True):
        end = fit.as_of + datetime.timedelta(weeks=fit.horizon_weeks)
        if end <= as_of and _ends_a_period(fit.as_of):
            Outcome.objects.update_or_create(
                fit=fit, defaults={"returned": _count_returned(fit.as_of, end)}
            )
            kept += 1
    return kept


def get_expectations(newest: Fit, *, weeks: int = 26) -> list[Expectation]:
    """Return the expectations of fits with the same horizon as ``newest``, the oldest first.

    Only fits as of the end of a period are included. Before the first of them, it is what earlier
    days would have forecast.
    """
    since = newest.as_of - datetime.timedelta(weeks=weeks)
    fits = _get_comparable_fits(newest.as_of).filter(
        horizon_weeks=newest.horizon_weeks, as_of__gte=since
    )
    by_period = {
        get_period(fit.as_of): fit
        for fit in fits.select_related("outcome")
        if _ends_a_period(fit.as_of)
    }
    forecast = [
        Expectation(
            fit.as_of,
            fit.expected,
            fit.expected_low,
            fit.expected_high,
            fit.outcome.returned if hasattr(fit, "outcome") else None,
        )
        for fit in by_period.values()
    ]
    first = forecast[0].as_of if forecast else newest.as_of
    return [*_get_earlier_expectations(newest, before=first), *forecast]


def _get_earlier_expectations(newest: Fit, *, before: datetime.date) -> list[Expectation]:
    """Return what days before ``before`` would have forecast, as the last training found."""
    rows = [(EPOCH + datetime.timedelta(days=row["day"]), row) for row in newest.past_ranges]
    return [
        Expectation(day, row["expected"], row["low"], row["high"], row["came"])
        for day, row in rows
        if day < before
    ]


def _get_comparable_fits(as_of: datetime.date) -> QuerySet[Fit]:
    return Fit.objects.filter(
        completed_at__isnull=False,
        period=conf.get("PERIOD"),
        as_of__range=(as_of - datetime.timedelta(weeks=WEEKS), as_of),
    ).order_by("as_of", "pk")


def _ends_a_period(day: datetime.date) -> bool:
    return get_first_day(get_period(day) + 1) == day + datetime.timedelta(days=1)


def _count_returned(as_of: datetime.date, until: datetime.date) -> int:
    # By the figures, which stay when days are deleted; ``as_of`` is the end of a period.
    came = VisitDay.objects.filter(
        reader__first_period__lte=get_period(as_of), day__gt=as_of, day__lte=until
    )
    came = came.exclude(reader__tier=Tier.PROGRAM)
    return came.order_by().values("reader").distinct().count()
