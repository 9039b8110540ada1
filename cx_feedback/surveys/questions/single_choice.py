"""One of several choices."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail import blocks

from cx_feedback.surveys.imports.answer_cell import fold_text
from cx_feedback.surveys.questions.base import (
    ANSWERED,
    SELDOM,
    AnswerCell,
    CellWriter,
    ColumnProfile,
    InvalidAnswer,
    Option,
    Part,
    QuestionBlock,
    QuestionType,
    Result,
    Row,
)
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.list_items import ItemBlock
from cx_feedback.surveys.questions.text_cleaning import clean_words
from cx_feedback.surveys.results import scores_and_intervals

CHOICES = pgettext_lazy("survey", "Choices")
#: What an answer in other words is posted as and counts under; no choice has this key.
OTHER = ":other"
#: The part of an answer that is in the reader's own words.
OTHER_PART = "other"
#: The most characters that such words may have.
OTHER_LIMIT = 500


def keyed_list(label: Any, item: Any, **kwargs: Any) -> blocks.ListBlock:
    """Return an editor's list of labels whose keys are the ids of the items."""
    return blocks.ListBlock(
        ItemBlock(item),
        min_num=2,
        max_num=200,
        default=["", ""],
        label=label,
        help_text=gettext_lazy(
            "Press Enter to add the next option. If you paste several "
            "lines, each becomes an option."
        ),
        **kwargs,
    )


def build_keyed_options(items: Any) -> list[dict[str, Any]]:
    """Return the key and label of each item of a ``keyed_list``."""
    # An item that an editor has just added gets its id when it is first written.
    items.list_block.get_prep_value(items)
    return [{"key": item.id, "label": item.value or ""} for item in items.bound_blocks]


def get_retired_items(before: Question, now: Question, name: str) -> list[dict[str, Any]]:
    """Return what was among the options ``name`` once and is so no longer."""
    keys = {item["key"] for item in now.options[name]}
    former = [*before.options[name], *before.options[f"retired_{name}"]]
    return [item for item in former if item["key"] not in keys]


def get_all_items(question: Question, name: str) -> Iterator[tuple[dict[str, Any], bool]]:
    """Iterate over the options ``name``, then the retired ones; True says that one is retired."""
    for its_name, is_retired in ((name, False), (f"retired_{name}", True)):
        for item in question.options.get(its_name, ()):
            yield item, is_retired


def label_of(question: Question, name: str, key: Any) -> str:
    """Return the label of an option, retired or not; "" for none."""
    return next(
        (str(item["label"]) for item, _r in get_all_items(question, name) if item["key"] == key), ""
    )


def find_key(question: Question, text: str, *names: str) -> str:
    """Return the key of the item of the options ``names`` that ``text`` names, by key or label.

    Raises InvalidAnswer.
    """
    items = [item for name in names for item in question.options.get(name, ())]
    for attribute in ("key", "label"):
        for item in items:
            if fold_text(item.get(attribute, "")) == fold_text(text):
                return str(item["key"])
    raise InvalidAnswer(_("There is no such choice."))


def find_repeated(items: Any) -> ValidationError | None:
    """Return an error at each label that stands in a list twice, None when all differ."""
    seen: set[str] = set()
    errors: dict[int, ValidationError] = {}
    for place, label in enumerate(items):
        words = " ".join(str(label).split()).casefold()
        if words in seen:
            errors[place] = ValidationError(_("This option is listed twice."))
        seen.add(words)
    return blocks.ListBlockValidationError(block_errors=errors) if errors else None


class ChoiceBlock(QuestionBlock):
    choices = keyed_list(CHOICES, pgettext_lazy("survey", "Choice"))
    other = blocks.CharBlock(
        label=gettext_lazy("Add an “Other” option with a text field"),
        help_text=gettext_lazy("Its label, for example “Other”. Leave empty for none."),
        max_length=200,
        required=False,
    )
    shuffle = blocks.BooleanBlock(
        label=gettext_lazy("Show the choices in random order"), required=False
    )

    class Meta:
        group = CHOICES
        icon = "radio-full"
        label = pgettext_lazy("survey", "Single choice")
        description = gettext_lazy("Readers pick one of several choices.")
        sample: ClassVar[Any] = {
            "label": gettext_lazy("How did you find us?"),
            "choices": [
                pgettext_lazy("survey", "A friend"),
                pgettext_lazy("survey", "A search"),
                pgettext_lazy("survey", "By chance"),
            ],
            "other": pgettext_lazy("survey", "Other"),
        }
        more = ("other", "shuffle", *SELDOM)

    def find_problems(self, value: Any) -> dict[str, ValidationError]:
        found = find_repeated(value["choices"])
        return {"choices": found} if found else {}


class Choice(QuestionType):
    """The answer is the key of one choice, or ``{"other": "words"}``.

    Options: ``choices``, ``retired_choices``, ``other`` (the label of the last choice, in other
    words; "" for none), ``shuffle``.
    """

    name = "choice"
    comparison = "keys"
    key_lists = ("choices",)
    own_words_key = OTHER_PART
    template = "cx_feedback/surveys/questions/choice.html"
    block: ClassVar[type[QuestionBlock] | None] = ChoiceBlock

    def build_options(self, value: Any) -> dict[str, Any]:
        return {
            "choices": build_keyed_options(value["choices"]),
            "retired_choices": [],
            "other": value.get("other") or "",
            "shuffle": bool(value.get("shuffle")),
        }

    def merge_options(self, before: Question, now: Question) -> dict[str, Any]:
        return {**now.options, "retired_choices": get_retired_items(before, now, "choices")}

    def get_condition_values(self, question: Question) -> Mapping[str, str] | None:
        found, other = super().get_condition_values(question), question.options.get("other")
        return {**(found or {}), OTHER: str(other)} if other else found

    def get_inputs(self, question: Question, value: Any) -> tuple[Option, ...]:
        chosen = value if isinstance(value, list) else [value]
        options = [
            Option(c["key"], c["label"], checked=c["key"] in chosen)
            for c in question.options["choices"]
        ]
        if question.options.get("other"):
            words = next((w for w in map(_other_words, chosen) if w is not None), None)
            options.append(
                Option(OTHER, question.options["other"], words or "", checked=words is not None)
            )
        return tuple(options)

    def parse_form(self, values: list[str], parts: Mapping[str, str]) -> Any:
        chosen, words = super().parse_form(values, parts), parts.get("other", "").strip()
        if chosen == OTHER or (words and not chosen):
            return {"other": words}
        return chosen

    def clean(self, question: Question, value: Any) -> Any:
        if isinstance(value, dict) and value.keys() == {"other"} and question.options.get("other"):
            return {"other": _clean_other(value["other"])}
        if isinstance(value, str) and any(c["key"] == value for c in question.options["choices"]):
            return value
        raise InvalidAnswer(_("Choose one of the options."))

    def get_tally_values(self, question: Question, value: Any) -> Iterable[str]:
        return (OTHER if isinstance(value, dict) else value,)

    def build_result(self, question: Question, counts: Mapping[str, int]) -> Result:
        n, other = counts.get(ANSWERED, 0), question.options.get("other", "")
        found = [
            (c["key"], str(c["label"]), is_retired)
            for c, is_retired in get_all_items(question, "choices")
        ]
        found.append((OTHER, other or pgettext("survey", "Other"), not other))
        rows = (
            Row(key, label, count, scores_and_intervals.compute_share(count, n), is_retired)
            for key, label, is_retired in found
            if (count := counts.get(key, 0)) or not is_retired
        )
        return Result(question, n, tuple(rows), has_texts=bool(other or counts.get(OTHER)))

    def format_answer(self, question: Question, value: Any) -> str:
        if isinstance(value, dict):
            label = question.options.get("other") or pgettext("survey", "Other")
            return f"{label}: {value['other']}" if value["other"] else label
        return label_of(question, "choices", value)

    def get_parts(self, question: Question) -> Sequence[Part]:
        if not question.options.get("other"):
            return ()
        label = pgettext("survey", "in own words")
        return (Part(OTHER_PART, label, is_personal=True, names=(question.options["other"],)),)

    def get_columns(self, question: Question) -> Sequence[Part]:
        return (Part(""), *self.get_parts(question))

    def get_cell_writer(self, question: Question, part: str, *, by_key: bool) -> CellWriter:
        if part:
            return _write_own_words
        write = super().get_cell_writer(question, part, by_key=by_key)
        other = OTHER_PART if by_key else pgettext("survey", "Other")
        # The words have a column of their own.
        return lambda value: other if isinstance(value, dict) else write(value)

    def rate_column(self, column: ColumnProfile) -> int:
        return 40 if column.is_choice else 0

    def build_block_value(self, column: ColumnProfile) -> dict[str, Any]:
        choices = [{"type": "item", "id": str(uuid4()), "value": words} for words in column.labels]
        return {"choices": choices}

    def read_cell(self, question: Question, cell: AnswerCell) -> Any:
        try:
            return find_key(question, cell.text, "choices", "retired_choices")
        except InvalidAnswer:
            if not question.options.get("other"):
                raise
            return {"other": cell.text}

    def read_part(self, question: Question, part: str, cell: AnswerCell) -> Any:
        # A tick says no more than the column for the whole, or that there were words.
        return None if cell.is_no else cell.text

    def join_parts(self, question: Question, whole: Any, parts: Mapping[str, Any]) -> Any:
        words = parts.get(OTHER_PART)
        value = {"other": words} if words and not isinstance(whole, str) else whole
        return self.clean_if_given(question, value)

    def get_own_words(self, question: Question, value: Any) -> str:
        return str(value["other"]) if isinstance(value, dict) else ""

    def anonymize_answer(self, value: Any) -> Any:
        return {"other": ""} if isinstance(value, dict) else value


def _write_own_words(value: Any) -> str | None:
    """Write what of an answer is in the reader's own words."""
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict) and isinstance(part.get("other"), str):
            return str(part["other"])
    return None


def _other_words(value: Any) -> str | None:
    """Return the words of an answer in other words, None for another answer."""
    return str(value.get("other", "")) if isinstance(value, dict) else None


def _clean_other(words: Any) -> str:
    if not isinstance(words, str) or not words.strip():
        raise InvalidAnswer(_("Write your own answer next to this option."))
    return clean_words(words, most=OTHER_LIMIT, one_line=True)
