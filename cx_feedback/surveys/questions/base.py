"""The base class of question types; see ``docs/extending/adding-a-question-type.md``."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from cx_feedback.surveys.imports.answer_cell import AnswerCell
from cx_feedback.surveys.imports.column_profile import ColumnProfile
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.parts import Cell, CellWriter, Part
from cx_feedback.surveys.questions.question_block import SELDOM, QuestionBlock
from cx_feedback.surveys.questions.results import Figure, Result, Row
from cx_feedback.surveys.results.scores_and_intervals import Difference, compare_scores

__all__ = [
    "ANSWERED",
    "NO_ANSWERS",
    "SELDOM",
    "AnswerCell",
    "CellWriter",
    "ColumnProfile",
    "Figure",
    "Gone",
    "InvalidAnswer",
    "Option",
    "Part",
    "QuestionBlock",
    "QuestionType",
    "Result",
    "Row",
    "is_of_answers",
]

#: The value under which each type counts how many answered its question.
ANSWERED = ""
#: How a value begins under which no answers are counted, but a sum of them is kept.
NO_ANSWERS = "~"


def is_of_answers(value: str) -> bool:
    """Return whether a tally's value counts those who gave it, not all who answered, or a sum."""
    return value != ANSWERED and not value.startswith(NO_ANSWERS)


class InvalidAnswer(ValueError):
    """An answer that its question cannot take; the text is for the reader."""


@dataclass(frozen=True)
class Option:
    """One answer to pick in a form; ``label`` is read out, ``text`` is seen."""

    value: str
    text: str
    label: str = ""
    checked: bool = False


class QuestionType:
    """A type of question: its block, its rules, its counting and its result.

    ``name`` is written into every frozen definition and never changes. ``template`` renders a
    ``question`` and its ``field``: ``field.name`` of the form, ``field.id`` (with which the ids of
    its elements begin), ``field.value`` (the reader's answer so far, or None), ``field.inputs``
    (from ``get_inputs``), ``field.pick_limits``, ``field.errors`` and ``field.described_by`` (the
    ids of help and errors).
    """

    name: ClassVar[str]
    template: ClassVar[str]
    #: What the block picker shows instead of the field, "" for the field itself.
    sample_template: ClassVar[str] = ""
    #: Whether readers answer it: a text between questions has no answers and no result.
    asks: ClassVar[bool] = True
    #: What a condition compares its answers as: "text", "number", "date", "keys" (one of several),
    #: "list" (some of several), "rank", "matrix", or "yes" (answered or not). Keys are those of
    #: the block's list "choices" or "emotions", or of "rows" and "columns".
    comparison: ClassVar[str] = "text"
    #: The options that list what answers name by key, each with ``retired_…`` beside it: "choices"
    #: or "rows" and "columns". Their items have a "key" and a "label".
    key_lists: ClassVar[tuple[str, ...]] = ()
    #: Whether the next page begins with it, and whether it ends the survey for those who reach it.
    is_page_break: ClassVar[bool] = False
    is_ending: ClassVar[bool] = False
    #: Whether answers are email addresses, by which a person's responses are found.
    is_address: ClassVar[bool] = False
    #: Whether its score is the NPS, so that results can be filtered by promoters and detractors.
    is_nps: ClassVar[bool] = False
    #: The key under which answers hold readers' own words, "" where such an answer is a text.
    own_words_key: ClassVar[str] = ""
    #: From how many values on a tally of it is made smaller (``compact_tally``), None for never.
    max_tally_values: ClassVar[int | None] = None
    #: The editor's block, None for a type that editors do not choose themselves.
    block: ClassVar[type[QuestionBlock] | None] = None

    def build_question(self, key: str, value: Any) -> Question:
        """Return the question that the block's ``value`` describes."""
        return Question(
            key=key,
            type=self.name,
            label=value["label"],
            help=value.get("help", ""),
            required=bool(value.get("required")),
            options=self.build_options(value),
            show_if=value.get("show_if") or {},
            token=value.get("token") or "",
        )

    def build_options(self, value: Any) -> dict[str, Any]:
        """Return what of the block's ``value`` only this type knows, as plain data."""
        return {}

    def get_keyed_items(self, question: Question) -> Iterator[Mapping[str, Any]]:
        """Iterate over the items of ``key_lists``, retired ones last."""
        for name in (*self.key_lists, *(f"retired_{name}" for name in self.key_lists)):
            yield from question.options.get(name, ())

    def get_condition_values(self, question: Question) -> Mapping[str, str] | None:
        """Return the values that conditions can compare answers with, and their labels.

        None where they are not listed: a text, a number.
        """
        if self.comparison not in ("keys", "list", "rank"):
            return None
        items = (item for name in self.key_lists for item in question.options.get(name, ()))
        return {str(item["key"]): str(item["label"]) for item in items}

    def get_meaning(self, question: Question) -> Any:
        """Return what may not change without old answers meaning something else."""
        return None

    def is_turned_round(self, former: Question, now: Question) -> bool:
        """Return whether the ends were exchanged, so that answers to ``former`` say the opposite.

        The meanings of both are the same.
        """
        return False

    def merge_options(self, before: Question, now: Question) -> dict[str, Any]:
        """Return the options of ``now`` with what must be remembered of ``before``."""
        return now.options

    def get_inputs(self, question: Question, value: Any) -> Any:
        """Return what the template goes through (``field.inputs``): choices, points, rows.

        ``value`` is what its reader gave so far, whatever that is, or None.
        """
        return ()

    def get_pick_limits(self, question: Question) -> dict[str, Any]:
        """Return what the reader's page checks of boxes or lists before it goes on.

        What HTML cannot say: ``{"none": words, "few": {"limit": number, "words": words}, "many":
        {"limit": number, "words": words}, "twice": words}``, each only where it is refused.
        ``clean`` refuses all of it too.
        """
        return {}

    def parse_form(self, values: list[str], parts: Mapping[str, str]) -> Any:
        """Return the answer in a plain form post, as REST would have sent it.

        ``values`` are those of the fields named ``answers.<key>``; ``parts`` those of fields
        named ``answers.<key>.<part>``, by part, for an answer of several fields.
        """
        if parts and not values:
            return {part: text.strip() for part, text in parts.items() if text.strip()} or None
        return values[-1].strip() if values else None

    def is_empty(self, value: Any) -> bool:
        """Return whether ``value`` is no answer at all."""
        return value is None or value == ""

    def clean(self, question: Question, value: Any) -> Any:
        """Return the answer to store; raises InvalidAnswer."""
        raise NotImplementedError

    def get_required_message(self, question: Question) -> str:
        """Return what to say when a required answer is not there."""
        return _("Please answer this question.")

    @property
    def is_tallied(self) -> bool:
        """Return whether answers are counted by value, unlike those of a text."""
        return type(self).get_tally_values is not QuestionType.get_tally_values

    def get_tally_values(self, question: Question, value: Any) -> Iterable[str]:
        """Return the values (up to 64 characters) that a stored answer counts under."""
        return ()

    def compact_tally(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Return a tally that is smaller than ``counts`` (value to number of answers)."""
        return dict(counts)

    def remove_from_tally(
        self, counts: Mapping[str, int], values: Mapping[str, int]
    ) -> dict[str, int]:
        """Return a compacted tally without answers, which are given as a number by value."""
        return dict(Counter(counts) - Counter(values))

    def build_result(self, question: Question, counts: Mapping[str, int]) -> Result:
        """Return what ``counts`` (value to number of answers) says."""
        return Result(question, counts.get(ANSWERED, 0))

    def compare_results(self, before: Result, after: Result) -> Difference | None:
        """Return how much the score changed between two results, None without a score."""
        if before.score is None or after.score is None:
            return None
        return compare_scores(before.score, after.score)

    def format_answer(self, question: Question, value: Any) -> str:
        """Return a stored answer in words, for people."""
        return "" if value is None else str(value)

    def get_parts(self, question: Question) -> Sequence[Part]:
        """Return the parts of an answer that have columns of their own, retired ones last."""
        return ()

    def get_columns(self, question: Question) -> Sequence[Part]:
        """Return the columns of an export: one for each part, or one for the whole answer."""
        return self.get_parts(question) or (Part("", is_personal=not self.is_tallied),)

    def get_cell_values(self, question: Question, part: str) -> Mapping[Cell, str] | None:
        """Return the values of a column's cells with their labels, for the codebook.

        None stands for the keys of the question's items and the ends of its scale.
        """
        return {} if part else None

    def get_cell_writer(self, question: Question, part: str, *, by_key: bool) -> CellWriter:
        """Return the function that writes the cell of a stored answer, or of a part of it.

        ``part`` is the key of the part, "" for the whole answer. With ``by_key`` programs read
        the export: keys instead of words.
        """
        if part:
            return lambda value: value.get(part) if isinstance(value, dict) else None

        def write(value: Any) -> str | int | float:
            if isinstance(value, bool):
                return int(value)
            if isinstance(value, (int, float)) or (by_key and isinstance(value, str)):
                return value
            return self.format_answer(question, value)

        return write

    def rate_column(self, column: ColumnProfile) -> int:
        """Return how well a column of an imported file fits this type, 0 for not at all.

        A survey that is made of a file gets the type with the most for each column. Those that
        come with the package say 10 for a text, 20 to 50 for addresses and choices, 60 for days,
        70 for numbers and 80 to 90 for scales.
        """
        return 0

    def build_block_value(self, column: ColumnProfile) -> dict[str, Any]:
        """Return the fields of the block, besides the label, of a question made of a column."""
        return {}

    def read_cell(self, question: Question, cell: AnswerCell) -> Any:
        """Return the answer in a cell of an imported file, as REST would have sent it.

        Raises InvalidAnswer; what it returns is checked by ``clean``.
        """
        return self.parse_form([self._get_form_text(cell)], {})

    def read_part(self, question: Question, part: str, cell: AnswerCell) -> Any:
        """Return a part of an answer from a cell of its own, None for nothing.

        Raises InvalidAnswer.
        """
        return self._get_form_text(cell)

    def _get_form_text(self, cell: AnswerCell) -> str:
        """Return the text of a cell as a form sends it."""
        if self.comparison == "number":
            return cell.number
        return cell.day if self.comparison == "date" else cell.text

    def join_parts(self, question: Question, whole: Any, parts: Mapping[str, Any]) -> Any:
        """Return the answer to store whose ``parts`` (by key) stood in cells of their own.

        ``whole`` is what a column for all of it said, or None; so is what this returns for no
        answer. Raises InvalidAnswer.
        """
        return self.clean_if_given(question, self.parse_form([], parts))

    def clean_if_given(self, question: Question, value: Any) -> Any:
        """Return the answer to store, None for no answer; raises InvalidAnswer."""
        return None if self.is_empty(value) else self.clean(question, value)

    def get_own_words(self, question: Question, value: Any) -> str:
        """Return what of a stored answer is in the reader's own words, "" for nothing.

        A type that has such words says so by ``has_texts`` in its result.
        """
        return ""

    def anonymize_answer(self, value: Any) -> Any:
        """Return what may be kept of a stored answer when its reader is erased."""
        return value

    def get_activity_detail(self, question: Question, value: Any) -> dict[str, Any]:
        """Return what the activity ledger shall say of a stored answer."""
        return {}


class Gone(QuestionType):
    """Stands in for a type that a site has taken out of its settings: counted, not asked."""

    name = ""
    template = "cx_feedback/surveys/questions/gone.html"

    def clean(self, question: Question, value: Any) -> Any:
        raise InvalidAnswer(_("This question is no longer asked."))

    def format_answer(self, question: Question, value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value)

    def anonymize_answer(self, value: Any) -> Any:
        return None
