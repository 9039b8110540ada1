"""Recency, frequency and volume (RFV), each from 0 to 100, and the one number made of them.

Publishers use RFV to describe readers; it predicts nothing. All three are about the last
``WEEKS`` weeks, this one included:

- recency falls from 100 on the day of a visit to 0 after as many days without one,
- frequency is the share of these weeks with a visit,
- volume grows with the logarithm of the days with a visit. Until reading is counted, days stand
  for what was read; where weeks are counted, a week has one day.

The number is their mean.
"""

import datetime
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest, Ln
from django.utils.translation import pgettext_lazy

from cx_feedback.core.pages import site_time
from cx_feedback.loyalty.effects.day_numbers import DayNumber, get_day_number
from cx_feedback.readers.models import Reader, VisitDay

#: Weeks that count, this one included.
WEEKS = 13
DAYS = 7 * WEEKS


class Level(TextChoices):
    """Readers by their RFV, for segments."""

    HIGH = "high", pgettext_lazy("loyalty", "RFV from 60")
    MIDDLE = "middle", pgettext_lazy("loyalty", "RFV from 30 to 59")
    LOW = "low", pgettext_lazy("loyalty", "RFV below 30")


#: From which number on, and below which.
BORDERS = {Level.HIGH: (60, 1000), Level.MIDDLE: (30, 60), Level.LOW: (-1, 30)}


@dataclass(frozen=True)
class RFV:
    """The parts, from 0 to 100."""

    recency: float
    frequency: float
    volume: float

    @property
    def value(self) -> float:
        """Return the one number."""
        return (self.recency + self.frequency + self.volume) / 3


def get_first_counted_day(today: datetime.date) -> datetime.date:
    """Return the Monday on which the weeks that count begin."""
    return today - datetime.timedelta(days=today.weekday() + DAYS - 7)


def compute_rfv(last_day: datetime.date | None, weeks: int, days: int) -> RFV:
    """Return the RFV of a reader with visits in so many weeks and on so many days."""
    if last_day is None:
        return RFV(0.0, 0.0, 0.0)
    ago = max(0, (site_time.localdate() - last_day).days)
    return RFV(
        100 * max(0.0, 1 - ago / DAYS),
        100 * weeks / WEEKS,
        100 * math.log1p(days) / math.log1p(DAYS),
    )


def count_visits(reader_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return the weeks and the days with a visit that count, by reader, with one statement."""
    rows = _get_counted_days().filter(reader__in=list(reader_ids)).order_by()
    found = rows.values("reader_id").annotate(
        weeks=Count(_week_expression(), distinct=True), days=Count("pk")
    )
    return {row["reader_id"]: (row["weeks"], row["days"]) for row in found}


def with_rfv(readers: QuerySet[Reader]) -> QuerySet[Reader]:
    """Annotate readers with ``rfv``, the same number as ``RFV.value``."""
    of_reader = _get_counted_days().filter(reader=OuterRef("pk")).order_by().values("reader")
    counts = {
        "rfv_weeks": Count(_week_expression(), distinct=True),
        "rfv_days": Count("pk"),
    }
    columns = {
        name: Coalesce(
            Subquery(of_reader.annotate(n=count).values("n"), output_field=IntegerField()), 0
        )
        for name, count in counts.items()
    }
    today = get_day_number(site_time.localdate())
    left = Cast(DAYS - (today - DayNumber("last_day")), FloatField()) / DAYS
    parts = Greatest(0.0, Case(When(last_day__gt=site_time.localdate(), then=1.0), default=left))
    volume = Ln(Cast(F("rfv_days") + 1, FloatField())) / math.log1p(DAYS)
    mean = (parts + Cast(F("rfv_weeks"), FloatField()) / WEEKS + volume) * (100 / 3)
    return readers.annotate(**columns).annotate(
        rfv=Case(
            When(last_day=None, then=Value(0.0)),
            default=ExpressionWrapper(mean, output_field=FloatField()),
            output_field=FloatField(),
        )
    )


def filter_by_level(readers: QuerySet[Reader], level: str) -> QuerySet[Reader]:
    """Return those of ``readers`` whose rounded RFV is in a level."""
    low, high = BORDERS[Level(level)]
    annotated: Any = with_rfv(readers)
    found: QuerySet[Reader] = annotated.filter(rfv__gte=low - 0.5, rfv__lt=high - 0.5)
    return found


def _get_counted_days() -> QuerySet[VisitDay]:
    today = site_time.localdate()
    return VisitDay.objects.filter(day__range=(get_first_counted_day(today), today))


def _week_expression() -> Any:
    return ExpressionWrapper(DayNumber("day") / 7, output_field=IntegerField())
