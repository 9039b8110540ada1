"""Several things judged by the same choices: rows and columns."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail import blocks

from cx_feedback.surveys.questions.base import (
    ANSWERED,
    SELDOM,
    AnswerCell,
    CellWriter,
    InvalidAnswer,
    Option,
    Part,
    QuestionBlock,
    QuestionType,
    Result,
    Row,
)
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.parts import Cell
from cx_feedback.surveys.questions.single_choice import (
    CHOICES,
    build_keyed_options,
    find_key,
    find_repeated,
    get_all_items,
    get_retired_items,
    keyed_list,
    label_of,
)
from cx_feedback.surveys.results import scores_and_intervals


@dataclass(frozen=True)
class Line:
    """One row in a form."""

    key: str
    label: str
    options: tuple[Option, ...]


class MatrixBlock(QuestionBlock):
    rows = keyed_list(gettext_lazy("Rows: what is judged"), pgettext_lazy("survey", "Row"))
    columns = keyed_list(
        pgettext_lazy("survey", "Columns: the answers"), pgettext_lazy("survey", "Column")
    )
    shuffle = blocks.BooleanBlock(
        label=gettext_lazy("Show the rows in random order"), required=False
    )

    class Meta:
        group = CHOICES
        icon = "table"
        label = pgettext_lazy("survey", "Matrix")
        description = gettext_lazy("Readers judge several things by the same choices.")
        sample: ClassVar[Any] = {
            "label": pgettext_lazy("survey", "How was it?"),
            "rows": [pgettext_lazy("survey", "The answer"), pgettext_lazy("survey", "The waiting")],
            "columns": [
                pgettext_lazy("survey", "Bad"),
                pgettext_lazy("survey", "Fair"),
                pgettext_lazy("survey", "Good"),
            ],
        }
        more = ("shuffle", *SELDOM)

    def find_problems(self, value: Any) -> dict[str, ValidationError]:
        found = {name: find_repeated(value[name]) for name in ("rows", "columns")}
        return {name: error for name, error in found.items() if error}


class Matrix(QuestionType):
    """The answer is ``{row key: column key}``; all rows where an answer is required.

    Options: ``rows``, ``columns``, ``retired_rows``, ``retired_columns``, ``shuffle``.
    """

    name = "matrix"
    comparison = "matrix"
    key_lists = ("rows", "columns")
    template = "cx_feedback/surveys/questions/matrix.html"
    block = MatrixBlock

    def build_options(self, value: Any) -> dict[str, Any]:
        return {
            "rows": build_keyed_options(value["rows"]),
            "retired_rows": [],
            "columns": build_keyed_options(value["columns"]),
            "retired_columns": [],
            "shuffle": bool(value.get("shuffle")),
        }

    def merge_options(self, before: Question, now: Question) -> dict[str, Any]:
        return {
            **now.options,
            "retired_rows": get_retired_items(before, now, "rows"),
            "retired_columns": get_retired_items(before, now, "columns"),
        }

    def get_condition_values(self, question: Question) -> Mapping[str, str]:
        return {
            f"{row['key']}:{column['key']}": f"{row['label']}: {column['label']}"
            for row in question.options["rows"]
            for column in question.options["columns"]
        }

    def get_inputs(self, question: Question, value: Any) -> tuple[Line, ...]:
        given = value if isinstance(value, dict) else {}
        return tuple(
            Line(
                row["key"],
                row["label"],
                tuple(
                    Option(c["key"], c["label"], checked=given.get(row["key"]) == c["key"])
                    for c in question.options["columns"]
                ),
            )
            for row in question.options["rows"]
        )

    def parse_form(self, values: list[str], parts: Mapping[str, str]) -> Any:
        return {row: column for row, column in parts.items() if column}

    def is_empty(self, value: Any) -> bool:
        return value is None or value in ("", {})

    def clean(self, question: Question, value: Any) -> dict[str, str]:
        rows = {row["key"]: row["label"] for row in question.options["rows"]}
        columns = {column["key"] for column in question.options["columns"]}
        if not isinstance(value, dict) or not value.keys() <= rows.keys():
            raise InvalidAnswer(_("Choose an answer only for the rows of this table."))
        for row, column in value.items():
            if not isinstance(column, str) or column not in columns:
                raise InvalidAnswer(
                    _("Choose one of the answers given for “%(row)s”.") % {"row": rows[row]}
                )
        missing = [label for row, label in rows.items() if row not in value]
        if question.required and missing:
            raise InvalidAnswer(
                _("Please choose an answer for “%(row)s” too.") % {"row": "”, “".join(missing)}
            )
        return {row: value[row] for row in rows if row in value}

    def get_tally_values(self, question: Question, value: Any) -> Iterable[str]:
        return [hash_cell(row, column) for row, column in value.items()]

    def build_result(self, question: Question, counts: Mapping[str, int]) -> Result:
        n = counts.get(ANSWERED, 0)
        found = (
            self._row(question, row, is_retired, counts, n)
            for row, is_retired in get_all_items(question, "rows")
        )
        rows = tuple(row for row in found if row.count or not row.retired)
        # A retired column stands in all rows once it was chosen in any, so that they align.
        kept = {
            place
            for row in rows
            for place, one in enumerate(row.cells)
            if one.count or not one.retired
        }
        return Result(
            question,
            n,
            tuple(
                replace(row, cells=tuple(c for p, c in enumerate(row.cells) if p in kept))
                for row in rows
            ),
        )

    def _row(
        self,
        question: Question,
        row: dict[str, Any],
        is_retired: bool,
        counts: Mapping[str, int],
        n: int,
    ) -> Row:
        columns = list(get_all_items(question, "columns"))
        given = [counts.get(hash_cell(row["key"], column["key"]), 0) for column, _r in columns]
        answered = sum(given)
        return Row(
            "",
            row["label"],
            answered,
            scores_and_intervals.compute_share(answered, n),
            is_retired,
            cells=tuple(
                Row(
                    hash_cell(row["key"], column["key"]),
                    column["label"],
                    count,
                    scores_and_intervals.compute_share(count, answered),
                    column_retired,
                )
                for (column, column_retired), count in zip(columns, given, strict=True)
            ),
        )

    def format_answer(self, question: Question, value: Any) -> str:
        return "; ".join(
            f"{label_of(question, 'rows', row)}: {label_of(question, 'columns', column)}"
            for row, column in value.items()
        )

    def get_parts(self, question: Question) -> Sequence[Part]:
        return [
            Part(str(row["key"]), str(row["label"])) for row, _r in get_all_items(question, "rows")
        ]

    def get_cell_values(self, question: Question, part: str) -> Mapping[Cell, str]:
        return {str(c["key"]): str(c["label"]) for c, _r in get_all_items(question, "columns")}

    def get_cell_writer(self, question: Question, part: str, *, by_key: bool) -> CellWriter:
        names = {
            c["key"]: str(c["label"]) for c, _r in get_all_items(question, "columns") if not by_key
        }

        def write(value: Any) -> str | None:
            given = value.get(part) if isinstance(value, dict) else None
            return None if given is None else names.get(given, str(given))

        return write

    def read_part(self, question: Question, part: str, cell: AnswerCell) -> str:
        return find_key(question, cell.text, "columns")

    def join_parts(self, question: Question, whole: Any, parts: Mapping[str, Any]) -> Any:
        # A file may lack rows that are asked by now.
        return dict(parts) or None


def hash_cell(row: str, column: str) -> str:
    """Return what the answers of a row and a column are tallied under: two keys are too long."""
    return hashlib.blake2s(f"{row} {column}".encode(), digest_size=16).hexdigest()
