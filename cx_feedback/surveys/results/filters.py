"""Filters of results: days, a page, a section, a language, an NPS class, answers."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http import parameters
from cx_feedback.surveys import questions
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.questions.nps import DETRACTOR, PASSIVE, PROMOTER
from cx_feedback.surveys.results.crosstab import get_countable_questions
from cx_feedback.surveys.results.thresholds import MAX_FILTERS

NPS_CLASSES = (PROMOTER, PASSIVE, DETRACTOR)


@dataclass(frozen=True)
class Filters:
    """Filters that responses must all meet; empty ones are ignored. ``until`` is included.

    ``answers`` are pairs of question key and value; a response with several choices meets the
    filter of each of them.
    """

    since: datetime.date | None = None
    until: datetime.date | None = None
    page: int | None = None
    section: int | None = None
    language: str = ""
    nps_class: str = ""
    answers: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def by_date(self) -> bool:
        """Return whether days are chosen."""
        return self.since is not None or self.until is not None

    @property
    def by_answer(self) -> bool:
        """Return whether responses are selected by their answers."""
        return bool(self.answers or self.nps_class)

    @property
    def number(self) -> int:
        """Return the number of filters."""
        others = (self.page, self.section, self.language, self.nps_class)
        return sum(map(bool, others)) + self.by_date + len(self.answers)

    def without_dates(self) -> "Filters":
        """Return these filters for all days."""
        return replace(self, since=None, until=None)

    def between(self, since: datetime.date, until: datetime.date) -> "Filters":
        """Return these filters with other days."""
        return replace(self, since=since, until=until)

    def as_query(self) -> str:
        """Return these filters as the query string of a URL."""
        pairs: list[tuple[str, Any]] = [
            ("since", self.since and self.since.isoformat()),
            ("until", self.until and self.until.isoformat()),
            ("page", self.page),
            ("section", self.section),
            ("language", self.language),
            ("class", self.nps_class),
            *(("answer", f"{key}:{value}") for key, value in self.answers),
        ]
        return urlencode([(name, value) for name, value in pairs if value])


def parse_filters(query: Any, definition: Definition) -> Filters:
    """Return the filters in a query (a QueryDict); raises InvalidInput that names parameters.

    ``since``, ``until`` (YYYY-MM-DD), ``page``, ``section`` (ids), ``language``, ``class``
    (promoter, passive, detractor), ``answer`` (question key, colon, value; repeatable).
    """
    errors: dict[str, list[Any]] = {}
    found = Filters(
        since=parse_day(query, "since", errors),
        until=parse_day(query, "until", errors),
        page=_parse_page_id(query, "page", errors),
        section=_parse_page_id(query, "section", errors),
        language=query.get("language", "").strip()[:12],
        nps_class=_parse_nps_class(query, definition, errors),
        answers=_parse_answers(query, definition, errors),
    )
    if found.since and found.until and found.since > found.until:
        errors["until"] = [_("The last day is before the first.")]
    if found.number > MAX_FILTERS:
        errors["answer"] = [_("At most %(n)d filters at once.") % {"n": MAX_FILTERS}]
    if errors:
        raise InvalidInput(fields=errors)
    return found


#: The parameters of two periods to compare: the first and last day of each.
PERIODS = ("before_since", "before_until", "after_since", "after_until")
Period = tuple[datetime.date, datetime.date]


def parse_periods(query: Mapping[str, str]) -> tuple[Period, Period]:
    """Return the two periods in a query; raises InvalidInput that names parameters.

    ``before_since``, ``before_until``, ``after_since`` and ``after_until`` are all required.
    """
    errors: dict[str, list[Any]] = {}
    days = [parse_day(query, name, errors) for name in PERIODS]
    for name, day in zip(PERIODS, days, strict=True):
        if day is None:
            errors.setdefault(name, [_("Enter a date as year-month-day, such as 2026-05-31.")])
    for name, first, last in ((PERIODS[1], *days[:2]), (PERIODS[3], *days[2:])):
        if not errors and first > last:
            errors[name] = [_("The last day is before the first.")]
    if errors:
        raise InvalidInput(fields=errors)
    return (days[0], days[1]), (days[2], days[3])


def get_nps_question(definition: Definition) -> Question | None:
    """Return the NPS question, or None."""
    return next((q for q in definition.ever_asked() if questions.get(q.type).is_nps), None)


def parse_day(query: Mapping[str, str], name: str, errors: dict[str, list[Any]]) -> Any:
    """Return the day in a query, or None; add messages to ``errors``."""
    text = query.get(name, "").strip()
    found = parameters.parse_day(text)
    if text and found is None:
        errors[name] = [_("Enter a date as year-month-day, such as 2026-05-31.")]
    return found


def _parse_page_id(query: Mapping[str, str], name: str, errors: dict[str, list[Any]]) -> int | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    found = parameters.parse_page_id(text)
    if found is None:
        errors[name] = [_("Must be the id of a page.")]
    return found


def _parse_nps_class(query: Any, definition: Definition, errors: dict[str, list[Any]]) -> str:
    found = str(query.get("class", "").strip())
    if found and (found not in NPS_CLASSES or get_nps_question(definition) is None):
        errors["class"] = [
            _("Must be promoter, passive or detractor, and the survey must ask an NPS.")
        ]
    return found


def _parse_answers(query: Any, definition: Definition, errors: dict[str, list[Any]]) -> Any:
    known = {q.key for q in get_countable_questions(definition)}
    found = []
    for text in dict.fromkeys(query.getlist("answer")):
        key, colon, value = text.partition(":")
        if key in known and colon and value and len(value) <= 64 and value.isprintable():
            found.append((key, value))
        elif text:
            errors["answer"] = [
                _(
                    "Must be a question key, a colon and a value, of a question whose answers can "
                    "be counted."
                )
            ]
    return tuple(found)
