"""Validation of the answers to the pages that a reader has answered so far."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys import questions
from cx_feedback.surveys.flow.routing import get_shown_items
from cx_feedback.surveys.questions.definitions import Definition

#: The highest sequence number that databases store.
MAX_SEQUENCE = 2**63 - 1


@dataclass(frozen=True)
class AnsweredPages:
    """The answers to keep, and the last question on the pages that were answered."""

    answers: dict[str, Any]
    last_question: str


def parse_partial_key(value: Any) -> uuid.UUID | None:
    """Return the key of a partial response, None without one; raises InvalidInput."""
    if value is None or value == "":
        return None
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise InvalidInput(fields={"partial": [_("Must be a UUID.")]}) from None


def check_sequence(value: Any) -> int:
    """Return the number of a request among those of its form; raises InvalidInput."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if whole and 0 <= value <= MAX_SEQUENCE:
        return int(value)
    raise InvalidInput(fields={"sequence": [_("Must be a whole number.")]})


def check_answered_pages(definition: Definition, answers: Any, upto: Any) -> AnsweredPages:
    """Return the answers up to the question with the key ``upto``, without empty ones.

    A missing answer is no error, since the pages may still be gone back to. Raises InvalidInput
    that names ``upto`` or ``answers.<key>``; nothing is kept then.
    """
    keys = [item.key for item in definition.questions]
    if upto not in keys:
        raise InvalidInput(fields={"upto": [_("There is no such question here.")]})
    lenient = replace(
        definition, questions=tuple(replace(q, required=False) for q in definition.questions)
    )
    checked = questions.check_answers(lenient, answers, upto=upto)
    if checked.errors:
        raise InvalidInput(fields=checked.errors)
    reached = set(keys[: keys.index(upto) + 1])
    asked = [
        item.key
        for item in get_shown_items(definition.questions, checked.answers)
        if item.key in reached and questions.get(item.type).asks
    ]
    return AnsweredPages(checked.answers, asked[-1] if asked else upto)
