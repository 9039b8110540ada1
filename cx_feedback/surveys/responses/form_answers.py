"""The answers in a plain form post."""

from typing import Any

from django.http import QueryDict

from cx_feedback.surveys import questions
from cx_feedback.surveys.questions.definitions import Definition


def parse_answers(posted: QueryDict, definition: Definition) -> dict[str, Any]:
    """Return the answers of a form post as REST would have sent them."""
    kinds = {q.key: questions.get(q.type) for q in definition.questions}
    values: dict[str, list[str]] = {}
    parts: dict[str, dict[str, str]] = {}
    for name in posted:
        head, _, rest = name.partition(".")
        key, _, part = rest.partition(".")
        if head == "answers" and part:
            parts.setdefault(key, {})[part] = str(posted[name])
        elif head == "answers":
            values[key] = [str(value) for value in posted.getlist(name)]
    return {
        key: kinds[key].parse_form(values.get(key, []), parts.get(key, {}))
        if key in kinds
        else "".join(values.get(key, [""])[-1:])
        for key in {**values, **parts}
    }


def get_answer_fields(posted: QueryDict) -> tuple[tuple[str, str], ...]:
    """Return name and value of each posted field of an answer."""
    return tuple(
        (name, str(value))
        for name, values in posted.lists()
        if name.startswith("answers.")
        for value in values
    )


def get_answered_keys(posted: QueryDict) -> set[str]:
    """Return the question keys for which a form has fields."""
    return {name.split(".")[1] for name, _value in get_answer_fields(posted)}
