"""The columns of an export: one for each question, more where an answer has several parts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import pgettext

from cx_feedback.surveys import questions
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.questions.base import QuestionType
from cx_feedback.surveys.questions.definitions import Definition, Question

Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """One column: its heading, and what it makes of the answer to its question."""

    question: str
    heading: str
    cell: Callable[[Any], Cell]
    #: Whether it holds readers' own words or addresses.
    personal: bool = False


def own_headings(*, by_key: bool) -> list[str]:
    """Return the headings of what is no answer, by which an export is known again."""
    if by_key:
        return ["id", "created_at", "page", "language", "seconds"]
    return [
        pgettext("survey", "Response"),
        pgettext("survey", "Answered at"),
        pgettext("survey", "Page"),
        pgettext("survey", "Language"),
        pgettext("survey", "Seconds"),
    ]


def distinct(headings: Iterable[str], taken: Iterable[str] = ()) -> Iterator[str]:
    """Iterate over headings of which none stands twice: "Page", "Page (2)".

    ``taken`` stand before them.
    """
    used = {heading.strip().casefold() for heading in taken}
    for heading in headings:
        name, number = heading, 1
        while name.strip().casefold() in used:
            number += 1
            name = f"{heading.strip()} ({number})"
        used.add(name.strip().casefold())
        yield name


def columns_of(definition: Definition, headings: str, with_texts: bool) -> list[Column]:
    """Return the columns of all questions that were ever asked.

    Choices of which several may be picked, the rows of a matrix and the places of an order have
    a column each. Readers' own words and e-mail addresses only ``with_texts``; a heading is the
    same with them and without.
    """
    by_key = headings == Export.Headings.KEYS
    found: list[Column] = []
    for question in definition.ever_asked():
        if questions.get(question.type).asks:
            found += _columns(question, by_key)
    names = distinct((c.heading for c in found), own_headings(by_key=by_key))
    named = (replace(c, heading=name) for c, name in zip(found, names, strict=True))
    return [column for column in named if with_texts or not column.personal]


def _columns(question: Question, by_key: bool) -> Iterator[Column]:
    kind = questions.get(question.type)
    head = question.key if by_key else question.label

    def column(part: str, label: str, cell: Callable[[Any], Cell]) -> Column:
        return Column(question.key, f"{head}.{part}" if by_key else f"{head}: {label}", cell)

    if type(kind).get_tally_values is QuestionType.get_tally_values:
        yield Column(question.key, head, lambda value: kind.format_answer(question, value), True)
        return
    if question.type == "choices":
        yield from (column(k, label, _picked(k)) for k, label in _ever(question, "choices"))
    elif question.type == "ranking":
        yield from (column(k, label, _rank(k)) for k, label in _ever(question, "choices"))
    elif question.type == "matrix":
        names = dict(_ever(question, "columns"))
        for key, label in _ever(question, "rows"):
            yield column(key, label, _in_row(key, {} if by_key else names))
    else:
        yield Column(question.key, head, _plain(question, by_key))
    if question.options.get("other"):
        yield replace(column("other", pgettext("survey", "in own words"), _other), personal=True)


def _ever(question: Question, name: str) -> list[tuple[str, str]]:
    """Return key and label of the choices (rows, columns) of today and of former versions."""
    options = [*question.options.get(name, ()), *question.options.get(f"retired_{name}", ())]
    return [(str(option["key"]), str(option["label"])) for option in options]


def _picked(key: str) -> Callable[[Any], Cell]:
    return lambda value: int(isinstance(value, list) and key in value)


def _rank(key: str) -> Callable[[Any], Cell]:
    return lambda value: value.index(key) + 1 if isinstance(value, list) and key in value else None


def _in_row(key: str, names: dict[str, str]) -> Callable[[Any], Cell]:
    def cell(value: Any) -> Cell:
        given = value.get(key) if isinstance(value, dict) else None
        return None if given is None else names.get(given, str(given))

    return cell


def _plain(question: Question, by_key: bool) -> Callable[[Any], Cell]:
    kind = questions.get(question.type)

    def cell(value: Any) -> Cell:
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, (int, float)):
            return value
        if isinstance(value, dict):  # an answer in own words, which have a column of their own
            return "other" if by_key else pgettext("survey", "Other")
        return str(value) if by_key else kind.format_answer(question, value)

    return cell


def _other(value: Any) -> Cell:
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict) and isinstance(part.get("other"), str):
            return str(part["other"])
    return None


def header(columns: list[Column], headings: str) -> list[Cell]:
    """Return the first line of the file."""
    own = own_headings(by_key=headings == Export.Headings.KEYS)
    return [*own, *(column.heading for column in columns)]


def line(columns: list[Column], row: tuple[Any, ...]) -> list[Cell]:
    """Return one response's line: of (id, created_at, page id, language, seconds, answers)."""
    pk, created_at, page, language, seconds, answers = row
    at = timezone.localtime(created_at, timezone.get_default_timezone())
    cells: list[Cell] = [pk, at.isoformat(timespec="seconds"), page, language, seconds]
    for column in columns:
        value = answers.get(column.question)
        cells.append(None if value is None else column.cell(value))
    return cells
