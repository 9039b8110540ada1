"""Piping: ``{{ token }}`` in a later text is replaced by an earlier answer.

``{{ token|dear reader }}`` becomes "dear reader" if there is no answer. If it becomes nothing, the
comma and the space before it are removed too: "Thanks, {{ name }}!" becomes "Thanks!". The result
is plain text, which templates escape and ``piping.js`` inserts as text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cx_feedback.surveys.questions.definitions import Question

#: A token in a text.
TOKEN = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,39})\s*(?:\|([^{}]*))?\}\}")

_PIPED = re.compile(r"(,? ?)" + TOKEN.pattern)


def pipe_text(text: str, words: Mapping[str, str]) -> str:
    """Return ``text`` with each token replaced by its value in ``words``."""

    def answer(found: re.Match[str]) -> str:
        said = words.get(found[2]) or (found[3] or "").strip()
        return found[1] + said if said else ""

    return _PIPED.sub(answer, text) if "{{" in text else text


def pipe_value(value: Any, words: Mapping[str, str]) -> Any:
    """Return nested data with the tokens of all its texts replaced."""
    if isinstance(value, str):
        return pipe_text(value, words)
    if isinstance(value, dict):
        return {key: pipe_value(item, words) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [pipe_value(item, words) for item in value]
    return value


def pipe_question(question: Question, words: Mapping[str, str]) -> Question:
    """Return ``question`` with the tokens of its texts replaced."""
    if not find_tokens(question):
        return question
    return replace(
        question,
        label=pipe_text(question.label, words),
        help=pipe_text(question.help, words),
        options=pipe_value(question.options, words),
    )


def find_tokens(question: Question) -> set[str]:
    """Return the tokens in the texts of ``question``."""
    found: set[str] = set()
    _collect_tokens([question.label, question.help, question.options], found)
    return found


def _collect_tokens(value: Any, found: set[str]) -> None:
    if isinstance(value, str):
        if "{{" in value:
            found.update(match[1] for match in TOKEN.finditer(value))
    elif isinstance(value, dict):
        _collect_tokens(list(value.values()), found)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _collect_tokens(item, found)


def find_piped_questions(question: Question, items: Sequence[Question]) -> set[str]:
    """Return the keys of the questions whose answers the texts of ``question`` repeat."""
    tokens = find_tokens(question)
    return {item.key for item in items if item.token in tokens} if tokens else set()
