"""Pairs of periods that editors often compare."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cx_feedback.core.pages.site_time import localdate
from cx_feedback.surveys.models import SurveyVersion
from cx_feedback.surveys.results.filters import PERIODS, Period

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class PeriodPreset:
    """Two periods to compare, the earlier one first."""

    label: str
    before: Period
    after: Period

    def as_query(self) -> dict[str, str]:
        """Return the parameters of the comparison."""
        days = (*self.before, *self.after)
        return {name: day.isoformat() for name, day in zip(PERIODS, days, strict=True)}


def get_period_presets(
    *, today: datetime.date, published: datetime.date | None
) -> list[PeriodPreset]:
    """Return the presets of ``today``; all include it and none has a day twice.

    ``published`` is the day of the last change, None if there is nothing before it.
    """
    return [
        *(_build_last_days(today, number) for number in (7, 30)),
        *_build_calendar(today),
        *([_build_publication(today, published)] if published else []),
    ]


def get_publication_day(*, survey_ids: list[int]) -> datetime.date | None:
    """Return the day of the last publication that changed what a survey asks; one query.

    None if there was only the first one.
    """
    versions = SurveyVersion.objects.filter(survey_id__in=survey_ids, number__gt=1)
    at = versions.order_by("-created_at").values_list("created_at", flat=True).first()
    return localdate(at) if at else None


def _build_last_days(today: datetime.date, number: int) -> PeriodPreset:
    start = today - DAY * (number - 1)
    label = ngettext(
        "The last %(n)d day and the day before",
        "The last %(n)d days and the %(n)d before",
        number,
    ) % {"n": number}
    return PeriodPreset(label, (start - DAY * number, start - DAY), (start, today))


def _build_calendar(today: datetime.date) -> Iterator[PeriodPreset]:
    """Iterate over this month and year so far, each with the one before up to the same day."""
    month = today.replace(day=1)
    last_day = month - DAY
    same_day = last_day.replace(day=min(today.day, last_day.day))
    yield PeriodPreset(
        _("This month so far and the same days of last month"),
        (last_day.replace(day=1), same_day),
        (month, today),
    )
    year = today.replace(month=1, day=1)
    leaps = (today.month, today.day) == (2, 29)
    then = today.replace(year=today.year - 1, day=28 if leaps else today.day)
    yield PeriodPreset(
        _("This year so far and the same days of last year"),
        (year.replace(year=year.year - 1), then),
        (year, today),
    )


def _build_publication(today: datetime.date, published: datetime.date) -> PeriodPreset:
    """Return the days since a publication and as many before it."""
    length = today - published + DAY
    return PeriodPreset(
        _("Since the last change was published and as many days before"),
        (published - length, published - DAY),
        (published, today),
    )
