"""The answers of a response in words, as its version asked for them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from cx_feedback.surveys import questions
from cx_feedback.surveys.models import Response
from cx_feedback.surveys.questions.definitions import Definition, Question

#: Answers in a row of the list, and the most characters of each.
SHORT_ANSWERS, SHORT_WORDS = 3, 140


@dataclass(frozen=True)
class AnswerRow:
    """A question and its answer in words."""

    label: str
    words: str
    #: Whether there is an answer.
    answered: bool = True
    #: Whether it has words that the user may not see, or that were erased with their reader.
    withheld: bool = False
    erased: bool = False
    #: Whether the survey no longer asks it, and what it asks now if the words have changed.
    retired: bool = False
    label_now: str = ""
    #: Whether the words are the reader's own.
    is_text: bool = False


def build_answer_row(question: Question, value: Any, *, with_texts: bool) -> AnswerRow:
    """Return one answer in words; without ``with_texts``, nothing in the reader's own words."""
    kind = questions.get(question.type)
    is_text = not kind.is_tallied
    if value is None:
        return AnswerRow(question.label, "", erased=True, is_text=is_text)
    shown = value
    if not with_texts and any(part.is_personal for part in kind.get_columns(question)):
        shown = kind.anonymize_answer(value)
    words = "" if shown is None else kind.format_answer(question, shown)
    return AnswerRow(question.label, words, withheld=shown != value, is_text=is_text)


def build_answer_rows(
    response: Response, then: Definition, now: Definition, *, with_texts: bool
) -> list[AnswerRow]:
    """Return the questions of the response's version with its answers.

    ``then`` is the definition of its version, ``now`` that of the survey today. Questions without
    an answer are included, because a reader may have been asked them.
    """
    asked = [question for question in then.ever_asked() if questions.get(question.type).asks]
    today = {question.key: question for question in now.questions}
    before = {question.key for question in then.retired}
    return [
        _compare_with_now(_build_row(response, question, with_texts), question, today)
        for question in asked
        if question.key in response.answers or question.key not in before
    ]


def _build_row(response: Response, question: Question, with_texts: bool) -> AnswerRow:
    if question.key not in response.answers:
        return AnswerRow(question.label, "", answered=False)
    return build_answer_row(question, response.answers[question.key], with_texts=with_texts)


def _compare_with_now(row: AnswerRow, question: Question, today: dict[str, Question]) -> AnswerRow:
    now = today.get(question.key)
    changed = now is not None and now.label != question.label
    return replace(row, retired=now is None, label_now=now.label if now and changed else "")


def build_short_rows(
    response: Response, then: Definition, *, with_texts: bool
) -> Iterator[AnswerRow]:
    """Iterate over the first answers of a response, shortened, for a list; texts come first."""
    found = [
        build_answer_row(question, response.answers[question.key], with_texts=with_texts)
        for question in then.ever_asked()
        if question.key in response.answers and questions.get(question.type).asks
    ]
    told = [row for row in found if row.words]
    texts, others = ([row for row in told if row.is_text is is_text] for is_text in (True, False))
    chosen = [*texts[:1], *others[: SHORT_ANSWERS - len(texts[:1])]]
    for row in [row for row in told if row in chosen]:
        yield replace(row, words=_shorten(row.words))


def _shorten(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= SHORT_WORDS else f"{line[:SHORT_WORDS].rstrip()}…"
