"""Computes the results of NPS widgets: score, classes, trend and change.

Scores and their intervals are those of ``surveys/results/scores_and_intervals.py``.
"""

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from cx_feedback.core.pages import site_time
from cx_feedback.nps.models import NPSWidget
from cx_feedback.nps.question_keys import SCORE
from cx_feedback.nps.results.breakdown import Table, build_breakdown
from cx_feedback.surveys.partials.selectors import (
    Unfinished,
    count_stopped_answers,
    get_unfinished,
)
from cx_feedback.surveys.questions import nps
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.results import scores_and_intervals
from cx_feedback.surveys.results.key_figures import Pace, build_pace
from cx_feedback.surveys.results.subsets import build_series
from cx_feedback.surveys.results.tally_folding import SECONDS, STARTED, STOPPED
from cx_feedback.surveys.results.thresholds import SHOW_FROM
from cx_feedback.surveys.results.value_counts import count_values
from cx_feedback.surveys.selectors import get_family_ids

Span = Literal["week", "month"]
#: Days of the periods that are compared, by the span of the trend.
COMPARED_DAYS: dict[Span, int] = {"week": 28, "month": 91}


@dataclass(frozen=True)
class Point:
    """The score of one week or month, by its first day."""

    start: datetime.date
    score: scores_and_intervals.Score


@dataclass(frozen=True)
class UnsentScores:
    """Readers who chose a score and did not send it; their scores count in no other figure."""

    n: int
    #: The score of those whose choice is still kept together with those who sent theirs.
    together: scores_and_intervals.Score
    #: Whether enough of them are kept for ``together`` to be shown.
    shown: bool


@dataclass(frozen=True)
class NPSDashboard:
    """The results of a widget and its translations together."""

    widget_id: int
    n: int
    score: scores_and_intervals.Score
    #: Numbers and shares in percent, by "promoter", "passive" and "detractor".
    classes: dict[str, int]
    shares: dict[str, scores_and_intervals.Score]
    #: Number of answers by score, 0 to 10.
    given: dict[int, int]
    span: Span
    trend: tuple[Point, ...]
    #: The last four weeks, or three months, compared with those before.
    change: scores_and_intervals.Difference
    #: The tables by page, section, author and language.
    tables: dict[str, Table]
    #: The shares of readers who began and who submitted, and the time they took.
    pace: Pace
    unsent: UnsentScores


def build_dashboard(*, widget: NPSWidget, span: Span = "week") -> NPSDashboard:
    """Return the results of a widget, exact at this time.

    Each score tells whether it has enough answers to be shown.
    """
    family = get_family_ids(widget)
    parts = _get_day_blocks(family)
    total = sum((part.given for part in parts), Counter[int]())
    classes = nps.count_classes(total)
    n = total.total()
    counted = count_values(survey_ids=family, only=[STARTED, SECONDS, STOPPED])
    unfinished = get_unfinished(survey_ids=family, counted=counted)
    return NPSDashboard(
        widget.pk,
        n,
        nps.score_of(total),
        classes,
        {name: scores_and_intervals.compute_share(k, n) for name, k in classes.items()},
        {point: total[point] for point in range(11)},
        span,
        _build_trend(parts, span),
        compare_periods(parts, days=COMPARED_DAYS[span]),
        build_breakdown(family=family),
        build_pace(counted, n, unfinished),
        _build_unsent(family, widget, unfinished, total),
    )


def _build_unsent(
    family: list[int], widget: NPSWidget, found: Unfinished, sent: Counter[int]
) -> UnsentScores:
    if found.kept < SHOW_FROM:
        return UnsentScores(found.n_stopped, nps.score_of(sent), False)
    given = count_stopped_answers(survey_ids=family, definition=widget.definition())
    chosen = {int(v): n for (key, v), n in given.items() if key == SCORE and v != ANSWERED}
    together = nps.score_of(sent + Counter(chosen))
    return UnsentScores(found.n_stopped, together, together.shown)


@dataclass(frozen=True)
class DayBlock:
    """The scores of a block of days (see ``surveys.results.disclosure``, rule 4)."""

    last: datetime.date
    given: Counter[int]


def compare_periods(parts: list[DayBlock], *, days: int) -> scores_and_intervals.Difference:
    """Return the difference between the score of the last ``days`` and of as many days before.

    A block of days belongs to the period in which it ends.
    """
    today = site_time.localdate()
    middle, first = (today - datetime.timedelta(days=d) for d in (days, 2 * days))
    after = sum((p.given for p in parts if p.last > middle), Counter[int]())
    before = sum((p.given for p in parts if first < p.last <= middle), Counter[int]())
    return scores_and_intervals.compare_balances(_count_balance(before), _count_balance(after))


def _count_balance(given: Counter[int]) -> tuple[int, int, int]:
    found = nps.count_classes(given)
    return found[nps.PROMOTER], found[nps.DETRACTOR], given.total()


def _get_day_blocks(family: list[int]) -> list[DayBlock]:
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


def _build_trend(parts: list[DayBlock], span: Span) -> tuple[Point, ...]:
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
