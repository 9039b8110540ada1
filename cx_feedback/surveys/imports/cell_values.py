"""How the cells of a row become answers."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.core.text.text_folding import normalize_text
from cx_feedback.surveys import questions
from cx_feedback.surveys.imports.column_mapping import OWN_WORDS, Placed
from cx_feedback.surveys.imports.notation import Notation
from cx_feedback.surveys.questions.base import InvalidAnswer, QuestionType
from cx_feedback.surveys.questions.definitions import Question

_WORDS_FOR_YES = {"1", "true", "yes", "y", "on", "x", "sí", "si"}
_WORDS_FOR_NO = {"", "0", "false", "no", "n", "off"}


def answer(column: Placed, cell: str, separator: str, notation: Notation) -> Any:
    """Return the answer to store for a cell, of its part only; raises InvalidAnswer.

    None for a cell that says nothing, or whose value the mapping maps to nothing.
    """
    question, kind = column.question, questions.get(column.question.type)
    said = cell.strip()
    text = column.values.get(said, said) or ""
    if not text or (notation.is_missing(text) and folded(text) not in _folded_words(question)):
        return None
    if column.part:
        return _part(question, column.part, text)
    if question.type in {"choices", "ranking"}:
        parts = _split(text, separator, {*column.values, *_words(question)})
        chosen = (column.values.get(part, part) for part in parts)
        value: Any = [_choice(question, part) for part in chosen if part]
    elif "choices" in question.options or "emotions" in question.options:
        value = _choice(question, text)
    elif question.type == "consent":
        value = True if text.casefold() in _WORDS_FOR_YES else None
    else:
        value = kind.parse_form([_plain(kind, column.heading, text, notation)], {})
    if kind.is_empty(value):
        return None
    return kind.clean(question, value)


def _plain(kind: QuestionType, heading: str, text: str, notation: Notation) -> str:
    """Return a number or a date as forms send it; other texts stay as they are."""
    if kind.comparison == "number":
        # Statistics programs write whole numbers as "3.0".
        return (notation.number(text) or text).removesuffix(".0")
    if kind.comparison == "date":
        try:
            return notation.day(heading, text)
        except ValueError:
            return text
    return text


def together(question: Question, whole: Any, parts: dict[str, Any]) -> Any:
    """Return the answer of a question whose parts stood in columns of their own.

    ``whole`` is what a column for all of it said, or None. Raises InvalidAnswer.
    """
    kind = questions.get(question.type)
    if question.type == "matrix":
        return parts or None
    own = parts.get(OWN_WORDS)
    if question.type == "ranking":
        value: Any = parts
    elif question.type == "choices":
        said = [key for key in parts if key != OWN_WORDS]
        said += [item for item in whole or () if isinstance(item, str) and item not in said]
        value = [*said, {"other": own}] if own else said
    else:
        value = {"other": own} if own and not isinstance(whole, str) else whole
    return None if kind.is_empty(value) else kind.clean(question, value)


def _part(question: Question, part: str, text: str) -> Any:
    """Return what a column of one part says, None for nothing; raises InvalidAnswer."""
    if part == OWN_WORDS:
        # A tick says no more than the column for the whole, or that there were words.
        return None if text.casefold() in _WORDS_FOR_NO else text
    if question.type == "matrix":
        return _choice(question, text, "columns")
    if question.type == "ranking":
        number = text.removesuffix(".0")
        if not (number.isascii() and number.isdigit() and len(number) < 4):
            raise InvalidAnswer(_("Write a whole number."))
        return int(number)
    words = {folded(item["label"]) for item in _listed(question) if item["key"] == part}
    ticked = {folded(text), text.casefold().removesuffix(".0")}
    if ticked & {*_WORDS_FOR_YES, part.casefold(), *words}:
        return True
    if ticked & _WORDS_FOR_NO:
        return None
    raise InvalidAnswer(_("There is no such choice."))


def _split(text: str, separator: str, known: Iterable[str]) -> list[str]:
    """Cut a cell at its separators, but not within a choice whose words hold one."""
    choices, tokens, found = {folded(word) for word in known}, text.split(separator), []
    while tokens:
        sizes = range(min(len(tokens), 20), 0, -1)
        joined = ((n, separator.join(tokens[:n]).strip()) for n in sizes)
        size, part = next(
            ((n, words) for n, words in joined if folded(words) in choices),
            (1, tokens[0].strip()),
        )
        found += [part] if part else []
        tokens = tokens[size:]
    return found


def _listed(question: Question) -> list[dict[str, Any]]:
    names = ("choices", "retired_choices")
    return [item for name in names for item in question.options.get(name, ())]


def _words(question: Question) -> set[str]:
    return {str(item[name]).strip() for item in _listed(question) for name in ("key", "label")}


def _folded_words(question: Question) -> set[str]:
    """Return what the choices, emotions and columns of a question are called, folded."""
    names = ("choices", "retired_choices", "emotions", "columns")
    listed = (item for name in names for item in question.options.get(name, ()))
    return {folded(item.get("label", "")) for item in listed}


def folded(text: Any) -> str:
    """Return one form of words that differ by case, by spaces or by how accents are written."""
    return " ".join(normalize_text("NFC", str(text)).casefold().split())


def _choice(question: Question, text: str, name: str = "") -> Any:
    """Return the key of the choice that ``text`` names, by key or by words."""
    options = question.options
    names = (name,) if name else ("choices", "emotions", "retired_choices")
    offered = [choice for name in names for choice in options.get(name, ())]
    for attribute in ("key", "label"):
        for choice in offered:
            if folded(choice.get(attribute, "")) == folded(text):
                return choice["key"]
    if options.get("other") and text and not name:
        return {"other": text}
    raise InvalidAnswer(_("There is no such choice."))
