"""How the cells of a row become answers."""

from typing import Any

from cx_feedback.surveys import questions
from cx_feedback.surveys.imports.answer_cell import AnswerCell, fold_text
from cx_feedback.surveys.imports.column_mapping import Placed
from cx_feedback.surveys.imports.notation import Notation
from cx_feedback.surveys.questions.definitions import Question


def answer(column: Placed, cell: str, separator: str, notation: Notation) -> Any:
    """Return the answer to store for a cell, of its part only; raises InvalidAnswer.

    None for a cell that says nothing, or whose value the mapping maps to nothing.
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


def together(question: Question, whole: Any, parts: dict[str, Any]) -> Any:
    """Return the answer of a question whose parts stood in columns of their own.

    ``whole`` is what a column for all of it said, or None. Raises InvalidAnswer.
    """
    return questions.get(question.type).join_parts(question, whole, parts)


def _is_label(question: Question, text: str) -> bool:
    """Return whether a choice of the question has these words: "NA" may be one."""
    items = questions.get(question.type).get_keyed_items(question)
    return fold_text(text) in {fold_text(item.get("label", "")) for item in items}
