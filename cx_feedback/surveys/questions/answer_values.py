"""The words of stored answers for later texts, and the tallies to count them in."""

from collections.abc import Iterator
from typing import Any

from cx_feedback.surveys.questions import registry
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.questions.definitions import Definition


def get_piped_words(definition: Definition, answers: dict[str, Any]) -> dict[str, str]:
    """Return the answers that later texts can repeat in words, by token."""
    return {
        q.token: registry.get(q.type).format_answer(q, answers[q.key])
        for q in definition.questions
        if q.token and q.key in answers
    }


def iterate_counted_values(
    definition: Definition, answers: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Iterate over (question key, value) for every tally to which a response belongs.

    ("", "") stands for the response itself, (key, "") for an answer to that question.
    """
    yield "", ANSWERED
    for question in definition.ever_asked():
        if question.key in answers:
            yield question.key, ANSWERED
            for value in registry.get(question.type).get_tally_values(
                question, answers[question.key]
            ):
                yield question.key, value
