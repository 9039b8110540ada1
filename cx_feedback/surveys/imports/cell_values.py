"""Conversion of the cells of a row into answers."""

from typing import Any

from cx_feedback.surveys import questions
from cx_feedback.surveys.imports.answer_cell import AnswerCell, fold_text
from cx_feedback.surveys.imports.column_mapping import MatchedColumn
from cx_feedback.surveys.imports.number_and_date_formats import Notation
from cx_feedback.surveys.questions.definitions import Question


def read_answer(column: MatchedColumn, cell: str, separator: str, notation: Notation) -> Any:
    """Return the answer to store for a cell, or its part of an answer; raises InvalidAnswer.

    Returns None for an empty cell, and for a value that the mapping leaves out.
    """
    question, kind = column.question, questions.get(column.question.type)
    written = cell.strip()
    text = column.values.get(written, written) or ""
    if not text or (notation.is_missing(text) and not _is_label(question, text)):
        return None
    found = AnswerCell(text, column.heading, separator, notation, column.values)
    if column.part:
        return kind.read_part(question, column.part, found)
    return kind.clean_if_given(question, kind.read_cell(question, found))


def join_answer(question: Question, whole: Any, parts: dict[str, Any]) -> Any:
    """Return the answer to a question whose parts have columns of their own.

    ``whole`` is the answer in a column for the whole question, or None. Raises InvalidAnswer.
    """
    return questions.get(question.type).join_parts(question, whole, parts)


def _is_label(question: Question, text: str) -> bool:
    """Return whether a choice of the question has this label, which may be "NA"."""
    items = questions.get(question.type).get_keyed_items(question)
    return fold_text(text) in {fold_text(item.get("label", "")) for item in items}
