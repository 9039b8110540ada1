"""What the answers to an NPS widget say: the score, the classes, the course of time, reasons."""

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from wagtail.models import Locale

from cx_feedback.nps.models import EMAIL, REASON, SCORE, NPSWidget
from cx_feedback.surveys import scores
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions import nps
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.results.counts import counts
from cx_feedback.surveys.results.texts import latest_texts
from cx_feedback.surveys.selectors import family_of

Span = Literal["week", "month"]


@dataclass(frozen=True)
class Point:
    """The score of one week or month, by its first day."""

    start: datetime.date
    score: scores.Score


@dataclass(frozen=True)
class Reason:
    """Why a reader gave a score, in their words."""

    words: str
    score: int
    nps_class: str
    at: datetime.datetime
    page_id: int | None


@dataclass(frozen=True)
class Dashboard:
    """All of it for one widget and its translations together."""

    widget_id: int
    n: int
    score: scores.Score
    #: "promoter", "passive", "detractor": how many, and their share in percent.
    classes: dict[str, int]
    shares: dict[str, scores.Score]
    #: Score 0 to 10: how many gave it.
    given: dict[int, int]
    span: Span
    trend: tuple[Point, ...]
    reasons: tuple[Reason, ...]


def dashboard(*, widget: NPSWidget, span: Span = "week", reasons: int = 20) -> Dashboard:
    """Return the figures of a widget, exact now, and the latest ``reasons``."""
    family = family_of(widget)
    by_day = _by_day(family)
    total = sum(by_day.values(), Counter[int]())
    classes = nps.classes(total)
    n = total.total()
    return Dashboard(
        widget.pk,
        n,
        nps.score_of(total),
        classes,
        {name: scores.share(k, n) for name, k in classes.items()},
        {point: total[point] for point in range(11)},
        span,
        _trend(by_day, span),
        latest_reasons(family, reasons),
    )


def _by_day(family: list[int]) -> dict[datetime.date, Counter[int]]:
    found: dict[datetime.date, Counter[int]] = {}
    for (part, question, value), count in counts(survey_ids=family, part="day:").items():
        if question == SCORE and value != ANSWERED:
            day = datetime.date.fromisoformat(part.removeprefix("day:"))
            found.setdefault(day, Counter())[int(value)] += count
    return found


def _trend(by_day: dict[datetime.date, Counter[int]], span: Span) -> tuple[Point, ...]:
    """Return the score of each week or month from the first answer to the last, gaps included."""
    buckets: dict[datetime.date, Counter[int]] = {}
    for day, given in by_day.items():
        buckets.setdefault(_start(day, span), Counter()).update(given)
    points, start = [], min(buckets, default=None)
    while start is not None and start <= max(buckets):
        points.append(Point(start, nps.score_of(buckets.get(start, Counter()))))
        start = _start(start + datetime.timedelta(days=7 if span == "week" else 31), span)
    return tuple(points)


def _start(day: datetime.date, span: Span) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday()) if span == "week" else day.replace(day=1)


def latest_reasons(family: list[int], limit: int = 20) -> tuple[Reason, ...]:
    """Return the latest reasons with their scores, newest first."""
    return tuple(
        Reason(
            text.words,
            text.answers[SCORE],
            nps.nps_class(text.answers[SCORE]),
            text.at,
            text.page_id,
        )
        for text in latest_texts(survey_ids=family, question=REASON, limit=limit)
    )


def next_page(*, widget_id: int, language: str) -> Any:
    """Return the live page that a published widget's next step leads to, None for none.

    That is its translation into ``language`` where there is one.
    """
    widget = NPSWidget.objects.filter(pk=widget_id, live=True).select_related("next_page").first()
    page = widget.next_page if widget else None
    locale = Locale.objects.filter(language_code=language).first() if page else None
    if page is not None and locale is not None:
        page = page.get_translation_or_none(locale) or page
    return page if page is not None and page.live else None


def of_address(email: str) -> Any:
    """Return the responses that hold this address (a QuerySet)."""
    return Response.objects.filter(
        survey__kind=Survey.NPS, **{f"answers__{EMAIL}__iexact": email}
    ).order_by("pk")


def answers_of_address(email: str) -> list[dict[str, Any]]:
    """Return what was answered with this address, for its owner's export."""
    columns = of_address(email).values_list("created_at", "page_id", "answers")
    return [{"at": at.isoformat(), "page": page, "answers": a} for at, page, a in columns]
