"""Answers in readers' own words, for users who may see texts."""

import datetime
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform

from cx_feedback.core.pages.sections import get_pages_in_section
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.results.filters import Filters
from cx_feedback.surveys.results.row_counts import between_days


@dataclass(frozen=True)
class TextAnswer:
    """An answer in a reader's own words."""

    words: str
    at: datetime.datetime
    page_id: int | None
    answers: dict[str, Any]
    #: The address of the whole response, "" for users who may not see it.
    url: str = ""


def get_latest_texts(*, survey_ids: list[int], question: str, limit: int = 20) -> list[TextAnswer]:
    """Return the latest texts to a question, newest first."""
    rows = (
        Response.objects.counted()
        .filter(survey_id__in=survey_ids, answers__has_key=question)
        .order_by("-created_at")
        .values_list("answers", "created_at", "page_id")[: limit * 2]
    )
    texts = [TextAnswer(a[question], at, page, a) for a, at, page in rows if a[question]]
    return texts[:limit]


def get_text_questions(definition: Definition) -> list[Question]:
    """Return the questions with texts; choices with other answers come last."""
    results = [questions.get(q.type).build_result(q, {}) for q in definition.ever_asked()]
    found = [result for result in results if result.has_texts]
    return [result.question for result in sorted(found, key=lambda result: bool(result.rows))]


def find_responses_with_text(
    *, survey: Survey, question: Question, filters: Filters, words: str = ""
) -> QuerySet[Response]:
    """Return the responses with a text for ``question``, newest first.

    ``words`` searches in the texts. Only days, page, section and language of ``filters`` are
    applied: a text that is found by its reader's other answers would reveal who gave these
    (``disclosure``, rule 7).
    """
    found = Response.objects.counted().filter(
        survey_id__in=selectors.get_family_ids(survey), answers__has_key=question.key
    )
    if filters.by_date:
        found = found.filter(
            between_days(
                filters.since or datetime.date(1970, 1, 1),
                filters.until or datetime.date(9000, 1, 1),
            )
        )
    if filters.page:
        found = found.filter(page_id=filters.page)
    if filters.section:
        found = found.filter(page_id__in=get_pages_in_section(filters.section).values("pk"))
    if filters.language:
        found = found.filter(language=filters.language)
    found = found.annotate(text=KeyTextTransform(question.key, "answers")).filter(
        text__isnull=False
    )
    if key := questions.get(question.type).own_words_key:
        found = found.filter(text__contains=json.dumps(key))
    if words:
        found = found.filter(text__icontains=words)
    return found.order_by("-created_at", "-pk")
