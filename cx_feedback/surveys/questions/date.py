"""A date."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail import blocks

from cx_feedback.surveys.questions.base import (
    ANSWERED,
    SELDOM,
    ColumnProfile,
    InvalidAnswer,
    QuestionBlock,
    QuestionType,
    Result,
    Row,
)
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.text import WORDS
from cx_feedback.surveys.results import scores_and_intervals

#: The first and the last date where the editor sets none: tallies by month stay bounded.
FIRST, LAST = "1900-01-01", "2199-12-31"
#: From so many months on a result shows years.
MONTHS = 24


class DateBlock(QuestionBlock):
    first = blocks.DateBlock(label=pgettext_lazy("survey", "Not before"), required=False)
    last = blocks.DateBlock(label=pgettext_lazy("survey", "Not after"), required=False)

    class Meta:
        group = WORDS
        icon = "date"
        label = pgettext_lazy("survey", "Date")
        description = gettext_lazy("Readers give a day.")
        sample: ClassVar[Any] = {"label": gettext_lazy("When were you here last?")}
        more = ("first", "last", *SELDOM)

    def find_problems(self, value: Any) -> dict[str, ValidationError]:
        found = {
            name: ValidationError(_("Between the years 1900 and 2199, please."))
            for name in ("first", "last")
            if value[name] and not FIRST <= value[name].isoformat() <= LAST
        }
        if value["first"] and value["last"] and value["first"] > value["last"]:
            found["last"] = ValidationError(_("This is before the first day."))
        return found


class Date(QuestionType):
    """The answer is "YYYY-MM-DD"; its month once its reader was erased.

    Options: ``first`` and ``last``, written in the same way.
    """

    name = "date"
    comparison = "date"
    template = "cx_feedback/surveys/questions/date.html"
    block = DateBlock

    def build_options(self, value: Any) -> dict[str, Any]:
        first, last = value.get("first"), value.get("last")
        return {
            "first": first.isoformat() if first else FIRST,
            "last": last.isoformat() if last else LAST,
        }

    def clean(self, question: Question, value: Any) -> str:
        day = _parse_day(value)
        if day is None:
            raise InvalidAnswer(_("Enter a date as year-month-day, such as 2026-05-31."))
        first, last = question.options["first"], question.options["last"]
        if not first <= day.isoformat() <= last:
            raise InvalidAnswer(
                _("Choose a date from %(first)s to %(last)s.")
                % {"first": _format_day(first), "last": _format_day(last)}
            )
        return day.isoformat()

    def rate_column(self, column: ColumnProfile) -> int:
        return 60 if column.is_day else 0

    def get_tally_values(self, question: Question, value: Any) -> Iterable[str]:
        return (value[:7],)

    def build_result(self, question: Question, counts: Mapping[str, int]) -> Result:
        n = counts.get(ANSWERED, 0)
        months = {value: count for value, count in sorted(counts.items()) if value != ANSWERED}
        by_year = len(months) > MONTHS
        given: Counter[str] = Counter()
        for month, count in months.items():
            given[month[:4] if by_year else month] += count
        return Result(
            question,
            n,
            tuple(
                Row(
                    "" if by_year else value,
                    value if by_year else _format_month(value),
                    count,
                    scores_and_intervals.compute_share(count, n),
                )
                for value, count in given.items()
            ),
        )

    def format_answer(self, question: Question, value: Any) -> str:
        return str(value)

    def anonymize_answer(self, value: Any) -> Any:
        # A birthday names a person; its month is all that was counted.
        return f"{value[:7]}-01"


def _parse_day(value: Any) -> datetime.date | None:
    """Return the date that ``value`` writes, None for none."""
    if not isinstance(value, str) or len(value) != 10:
        return None
    try:
        return parse_date(value)
    except ValueError:
        return None


def _format_day(day: str) -> str:
    return date_format(datetime.date.fromisoformat(day), "DATE_FORMAT")


def _format_month(month: str) -> str:
    return date_format(datetime.date.fromisoformat(f"{month}-01"), "YEAR_MONTH_FORMAT")
