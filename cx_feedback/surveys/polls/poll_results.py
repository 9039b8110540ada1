"""The result of a poll for readers: the share of each answer, in words and for bars."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from cx_feedback.core.text import languages
from cx_feedback.core.text.number_format import format_decimal, format_percentage
from cx_feedback.surveys import questions
from cx_feedback.surveys.polls import poll_rules
from cx_feedback.surveys.polls.poll_counts import PollCounts, get_poll_counts
from cx_feedback.surveys.polls.poll_questions import find_poll_question
from cx_feedback.surveys.questions.base import Result, Row
from cx_feedback.surveys.questions.definitions import Question


@dataclass(frozen=True)
class PollRow:
    """One answer; ``bar`` is the width of its bar for SVG, ``rank`` its mean rank in words."""

    row: Row
    label: str
    share: str
    bar: str
    rank: str = ""


@dataclass(frozen=True)
class PollResult:
    """The result of a poll; without rows while too few have answered."""

    result: Result
    rows: tuple[PollRow, ...]
    #: The score in words, "" for a question without one.
    score: str
    counted_at: datetime.datetime
    #: Whether its question is no longer asked.
    retired: bool
    #: Whether enough have answered.
    shown: bool
    #: The number of answers from which on there are rows.
    show_from: int = poll_rules.SHOW_POLL_FROM


@dataclass(frozen=True)
class PollBox:
    """The place of a poll's result on a page: the same for every reader."""

    question: Question
    url: str
    #: A value of ``Survey.ResultsShown``.
    shown: str
    #: None where the page doesn't show it before its reader has answered.
    result: PollResult | None = None

    @property
    def after_answer(self) -> bool:
        """Return whether readers get to the result by answering."""
        return self.shown == poll_rules.AFTER_ANSWER


def build_poll_box(
    live: Any, *, page_id: int | None, key: str, preview: bool = False
) -> PollBox | None:
    """Return the box of a poll for a page, None if the survey is no poll.

    ``key`` is the signature of the form, by which a reader of the page may see the result.
    """
    question = find_poll_question(live)
    if question is None:
        return None
    query = {"question": question.key, "page": page_id or "", "key": key}
    query["lang"] = languages.get_current_language()
    address = reverse("cx_feedback:survey-poll", args=[live.survey_id])
    url = f"{address}?{urlencode({name: value for name, value in query.items() if value})}"
    shown = live.results_shown
    if preview:
        none = PollCounts(question, {}, 0.0)
        return PollBox(question, "", shown, build_poll_result(live, question, none))
    if not poll_rules.is_shown_before_answer(live, question):
        return PollBox(question, url, shown)
    return PollBox(question, url, shown, get_poll_result(live, question))


def get_poll_result(live: Any, question: Question) -> PollResult:
    """Return the result of a poll's question for readers."""
    return build_poll_result(live, question, get_poll_counts(live, question))


def build_poll_result(live: Any, question: Question, counted: PollCounts) -> PollResult:
    """Return the result that ``counted`` says."""
    kind = questions.get(counted.question.type)
    result = kind.build_result(counted.question, counted.counts)
    labels = {str(i["key"]): str(i["label"]) for i in kind.get_keyed_items(counted.question)}
    shown = poll_rules.has_enough_answers(result.n)
    return PollResult(
        result,
        tuple(_build_row(row, labels, result) for row in result.rows) if shown else (),
        _describe_score(result) if shown and kind.comparison == "number" else "",
        datetime.datetime.fromtimestamp(counted.at, datetime.UTC),
        poll_rules.is_retired(live, question),
        shown,
    )


def _build_row(row: Row, labels: Mapping[str, str], result: Result) -> PollRow:
    # An emotion's label in results names its cluster too, which readers don't know.
    label = labels.get(row.value, row.label)
    rank = ""
    if result.row_score_label:
        shown = row.score is not None and row.score.shown and row.score.value is not None
        rank = format_decimal(row.score.value or 0, 1) if shown and row.score else "–"
    share = row.share.value or 0
    return PollRow(row, label, describe_share(row.count, result.n), f"{share:.2f}%", rank)


def describe_share(count: int, n: int) -> str:
    """Return a share in whole percent: 0% is nobody and 100% is everybody."""
    share = round(100 * count / n) if n else 0
    if count and not share:
        return f"< {format_percentage(1)}"
    if count < n and share == 100:
        return f"> {format_percentage(99)}"
    return format_percentage(share)


def _describe_score(result: Result) -> str:
    score = result.score
    if score is None or not score.shown or score.value is None:
        return ""
    places = min(result.score_places, 1)
    return f"{result.score_label}: {format_decimal(score.value, places)}"
