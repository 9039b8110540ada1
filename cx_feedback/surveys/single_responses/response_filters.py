"""Filters of the list of responses: those of results, and what only single responses have."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.pages.sections import get_pages_in_section
from cx_feedback.core.text.text_folding import fold_letters, fold_text
from cx_feedback.surveys import questions
from cx_feedback.surveys.models import Response, ResponseTag
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.questions.nps import get_nps_class
from cx_feedback.surveys.responses import hidden_fields
from cx_feedback.surveys.results.filters import Filters, get_nps_question
from cx_feedback.surveys.results.row_counts import between_days
from cx_feedback.surveys.results.text_answers import get_text_questions

#: All days, for filters with one end.
_FIRST, _LAST = datetime.date(1970, 1, 1), datetime.date(9000, 1, 1)
#: The most characters of a search.
LONGEST_WORDS = 200


@dataclass(frozen=True)
class ResponseFilters:
    """Filters that responses must all meet; empty ones are ignored.

    They are no subject to disclosure control: who may see single responses may see them all.
    """

    base: Filters = field(default_factory=Filters)
    state: str = ""
    version: int | None = None
    tag: str = ""
    has_text: bool = False
    #: Words that a text contains; only for users who may see texts.
    words: str = ""
    #: Names and values of hidden fields.
    hidden: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return self != ResponseFilters()

    @property
    def reads_answers(self) -> bool:
        """Return whether the answers of each response must be read to apply the filters."""
        return bool(self.base.by_answer or self.has_text or self.words)

    def as_query(self) -> str:
        """Return these filters as the query string of a URL."""
        own: list[tuple[str, Any]] = [
            ("state", self.state),
            ("version", self.version),
            ("tag", self.tag),
            ("text", "1" if self.has_text else ""),
            ("q", self.words),
            *(("hidden", f"{name}:{value}") for name, value in self.hidden),
        ]
        found = urlencode([(name, value) for name, value in own if value])
        return "&".join(part for part in (self.base.as_query(), found) if part)


def parse_response_filters(query: Any, base: Filters, *, with_texts: bool) -> ResponseFilters:
    """Return the filters in a query; values that mean nothing are ignored.

    ``state`` (counted, test, spam), ``version`` (id), ``tag``, ``text`` (1 for responses with a
    text), ``q`` (words of a text, only ``with_texts``) and ``hidden`` (name of a hidden field,
    colon, value; repeatable).
    """
    state = query.get("state", "")
    return ResponseFilters(
        base,
        state=state if state in Response.State.values else "",
        version=parse_id(query.get("version", "")),
        tag=query.get("tag", "").strip()[: ResponseTag.LONGEST],
        has_text=query.get("text") == "1",
        words=query.get("q", "").strip()[:LONGEST_WORDS] if with_texts else "",
        hidden=tuple(hidden_fields.parse_pairs(query.getlist("hidden"))),
    )


def filter_rows(responses: QuerySet[Response], filters: ResponseFilters) -> QuerySet[Response]:
    """Apply all filters but those that ``matches_answers`` applies."""
    base = filters.base
    if base.by_date:
        responses = responses.filter(between_days(base.since or _FIRST, base.until or _LAST))
    if base.page:
        responses = responses.filter(page_id=base.page)
    if base.section:
        pages = get_pages_in_section(base.section).values("pk")
        responses = responses.filter(page_id__in=pages)
    if base.language:
        responses = responses.filter(language=base.language)
    if filters.state:
        responses = responses.filter(state=filters.state)
    if filters.version:
        responses = responses.filter(version_id=filters.version)
    if filters.tag:
        tagged = ResponseTag.objects.filter(name__iexact=filters.tag).values("response_id")
        responses = responses.filter(pk__in=tagged)
    for number, (name, value) in enumerate(filters.hidden):
        said = Coalesce(KeyTextTransform(name, "hidden_fields"), Value("", TextField()))
        responses = responses.alias(**{f"hidden_{number}": said}).filter(
            **{f"hidden_{number}": value}
        )
    for key, _value in base.answers:
        responses = responses.filter(answers__has_key=key)
    return responses


class AnswerMatcher:
    """Applies the filters on answers to responses, with the rules of their question types.

    ``matches`` takes the answers of a response. A choice is one of the values under which the
    answer is counted, so that the list shows the responses behind a figure.
    """

    def __init__(self, filters: ResponseFilters, definition: Definition) -> None:
        asked = {q.key: q for q in definition.ever_asked()}
        self.answers = [(asked[key], value) for key, value in filters.base.answers if key in asked]
        self.nps_class = filters.base.nps_class
        self.nps_question = get_nps_question(definition)
        self.has_text = filters.has_text or bool(filters.words)
        self.words = _fold(filters.words)
        self.texts = get_text_questions(definition) if self.has_text else []

    def matches(self, answers: dict[str, Any]) -> bool:
        """Return whether a response with these answers is to be shown."""
        if self.nps_class and not self._has_class(answers):
            return False
        if not all(_is_counted(question, value, answers) for question, value in self.answers):
            return False
        return not self.has_text or any(self._iterate_texts(answers))

    def _has_class(self, answers: dict[str, Any]) -> bool:
        given = answers.get(self.nps_question.key) if self.nps_question else None
        return isinstance(given, int) and get_nps_class(given) == self.nps_class

    def _iterate_texts(self, answers: dict[str, Any]) -> Iterator[bool]:
        for question in self.texts:
            value = answers.get(question.key)
            if value is not None:
                words = questions.get(question.type).get_own_words(question, value)
                yield bool(words) and (not self.words or self.words in _fold(words))


def _is_counted(question: Question, value: str, answers: dict[str, Any]) -> bool:
    given = answers.get(question.key)
    if given is None:
        return False
    return value in questions.get(question.type).get_tally_values(question, given)


def _fold(words: str) -> str:
    """Return words without case and accents."""
    return fold_letters(fold_text(words))
