"""The score of an NPS widget by week or month, and its latest change.

Other surveys have ``surveys/results/trend.py``.
"""

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from cx_feedback.core.pages import site_time
from cx_feedback.nps.question_keys import SCORE
from cx_feedback.surveys.questions import nps
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.results import scores_and_intervals
from cx_feedback.surveys.results.subsets import build_series
from cx_feedback.surveys.results.value_counts import count_values

Span = Literal["week", "month"]
SPANS: dict[str, Span] = {"week": "week", "month": "month"}
DEFAULT_SPAN: Span = "week"
#: Days of the periods that are compared, by the span of the trend.
COMPARED_DAYS: dict[Span, int] = {"week": 28, "month": 91}


@dataclass(frozen=True)
class Point:
    """The score of one week or month, by its first day."""

    start: datetime.date
    score: scores_and_intervals.Score


@dataclass(frozen=True)
class PeriodChange(scores_and_intervals.Difference):
    """The change of the score between two periods of ``days`` days."""

    days: int


@dataclass(frozen=True)
class DayBlock:
    """The scores of a block of days (see ``surveys.results.disclosure``, rule 4)."""

    last: datetime.date
    given: Counter[int]


def choose_span(name: str) -> Span:
    """Return the span of this name, the default for any other."""
    return SPANS.get(name, DEFAULT_SPAN)


def get_day_blocks(family: list[int]) -> list[DayBlock]:
    """Return the scores in blocks of days with enough answers, latest last."""
    counted = count_values(survey_ids=family, part="day:", only=["", SCORE])
    series = build_series(counted, SCORE)
    parts = []
    for block in series.blocks:
        inside = (by for day, by in series.by_day.items() if block.first <= day <= block.last)
        values = sum(inside, Counter[str]())
        given = Counter({int(value): n for value, n in values.items() if value != ANSWERED})
        parts.append(DayBlock(block.last, given))
    return parts


def build_trend(parts: list[DayBlock], span: Span) -> tuple[Point, ...]:
    """Return the score of each week or month from the first answer to the last, including gaps.

    A block of days belongs to the week or month in which it ends. Subtracting weeks from months
    therefore reveals nothing about few answers.
    """
    buckets: dict[datetime.date, Counter[int]] = {}
    for part in parts:
        buckets.setdefault(_get_period_start(part.last, span), Counter()).update(part.given)
    points, start = [], min(buckets, default=None)
    while start is not None and start <= max(buckets):
        points.append(Point(start, nps.score_of(buckets.get(start, Counter()))))
        start = _get_period_start(
            start + datetime.timedelta(days=7 if span == "week" else 31), span
        )
    return tuple(points)


def _get_period_start(day: datetime.date, span: Span) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday()) if span == "week" else day.replace(day=1)


def compare_periods(parts: list[DayBlock], *, days: int) -> PeriodChange:
    """Return the difference between the score of the last ``days`` and of as many days before.

    A block of days belongs to the period in which it ends.
    """
    today = site_time.localdate()
    middle, first = (today - datetime.timedelta(days=d) for d in (days, 2 * days))
    after = sum((p.given for p in parts if p.last > middle), Counter[int]())
    before = sum((p.given for p in parts if first < p.last <= middle), Counter[int]())
    change = scores_and_intervals.compare_balances(_count_balance(before), _count_balance(after))
    return PeriodChange(**vars(change), days=days)


def _count_balance(given: Counter[int]) -> tuple[int, int, int]:
    found = nps.count_classes(given)
    return found[nps.PROMOTER], found[nps.DETRACTOR], given.total()
