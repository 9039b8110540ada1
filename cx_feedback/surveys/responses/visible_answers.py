"""The answers of a response that a program or an account may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cx_feedback.surveys import permissions, questions, selectors
from cx_feedback.surveys.models import Response
from cx_feedback.surveys.questions.definitions import Definition


@dataclass(frozen=True)
class VisibleAnswers:
    """Answers by the keys of their questions; those of ``withheld`` are without own words."""

    answers: dict[str, Any]
    withheld: list[str]


def get_visible_answers(row: Response, asked: Definition, *, with_texts: bool) -> VisibleAnswers:
    """Return the answers of a response; own words and addresses only ``with_texts``."""
    withheld = [] if with_texts else list(_find_own_words(row, asked))
    types = {q.key: questions.get(q.type) for q in asked.ever_asked()}
    answers = {
        key: types[key].anonymize_answer(value) if key in withheld else value
        for key, value in row.answers.items()
        if key in types
    }
    return VisibleAnswers(answers, withheld)


def get_answers_for(user: Any, response_id: int) -> dict[str, Any] | None:
    """Return the answers of a response that ``user`` may read, None if there are none."""
    if not permissions.FETCH_OR_VIEW_RESPONSES.is_granted_to(user):
        return None
    row = Response.objects.filter(pk=response_id).first()
    if row is None:
        return None
    asked = selectors.get_definitions([row.version_id])[row.version_id]
    with_texts = permissions.VIEW_TEXTS.is_granted_to(user)
    return get_visible_answers(row, asked, with_texts=with_texts).answers


def _find_own_words(row: Response, asked: Definition) -> Iterable[str]:
    """Iterate over the keys of the answers that hold their reader's own words."""
    for question in asked.ever_asked():
        given, kind = row.answers.get(question.key), questions.get(question.type)
        # What a type that a site has taken out may hold is unknown.
        if given is not None and (not kind.name or kind.get_own_words(question, given)):
            yield question.key
