"""Earlier answers said again: ``{{ token }}`` in a later text becomes the answer in words.

``{{ token|dear reader }}`` says "dear reader" to whoever gave no answer. Where nothing is said,
the comma and the space before it go too: "Thanks, {{ name }}!" is "Thanks!". The result is plain
text; templates escape it as any other, and the reader's browser writes it as text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cx_feedback.surveys.questions.definitions import Question

#: What a token looks like where it is used.
TOKEN = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,39})\s*(?:\|([^{}]*))?\}\}")

_SAID = re.compile(r"(,? ?)" + TOKEN.pattern)


def say(text: str, words: Mapping[str, str]) -> str:
    """Return ``text`` with each token replaced by its answer in ``words``, token to words."""

    def answer(found: re.Match[str]) -> str:
        said = words.get(found[2]) or (found[3] or "").strip()
        return found[1] + said if said else ""

    return _SAID.sub(answer, text) if "{{" in text else text


def say_in(value: Any, words: Mapping[str, str]) -> Any:
    """Return plain data with the tokens of all its texts replaced."""
    if isinstance(value, str):
        return say(value, words)
    if isinstance(value, dict):
        return {key: say_in(item, words) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [say_in(item, words) for item in value]
    return value


def said(question: Question, words: Mapping[str, str]) -> Question:
    """Return ``question`` as a reader with these answers reads it."""
    if not tokens_of(question):
        return question
    return replace(
        question,
        label=say(question.label, words),
        help=say(question.help, words),
        options=say_in(question.options, words),
    )


def tokens_of(question: Question) -> set[str]:
    """Return the tokens that the texts of ``question`` say again."""
    found: set[str] = set()
    _gather([question.label, question.help, question.options], found)
    return found


def _gather(value: Any, found: set[str]) -> None:
    if isinstance(value, str):
        if "{{" in value:
            found.update(match[1] for match in TOKEN.finditer(value))
    elif isinstance(value, dict):
        _gather(list(value.values()), found)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _gather(item, found)


def asked_of(question: Question, items: Sequence[Question]) -> set[str]:
    """Return the keys of the questions whose answers the texts of ``question`` say again."""
    tokens = tokens_of(question)
    return {item.key for item in items if item.token in tokens} if tokens else set()
