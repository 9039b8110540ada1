"""Any number of several choices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from wagtail import blocks

from cx_feedback.surveys.imports.answer_cell import fold_text
from cx_feedback.surveys.questions.base import (
    SELDOM,
    AnswerCell,
    CellWriter,
    InvalidAnswer,
    Part,
)
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.parts import Cell
from cx_feedback.surveys.questions.single_choice import (
    CHOICES,
    OTHER,
    OTHER_PART,
    Choice,
    ChoiceBlock,
)


class ChoicesBlock(ChoiceBlock):
    min_choices = blocks.IntegerBlock(
        label=pgettext_lazy("survey", "Minimum choices"), min_value=1, max_value=200, required=False
    )
    max_choices = blocks.IntegerBlock(
        label=pgettext_lazy("survey", "Maximum choices"), min_value=1, max_value=200, required=False
    )

    class Meta:
        group = CHOICES
        icon = "tasks"
        label = pgettext_lazy("survey", "Multiple choice")
        description = gettext_lazy("Readers can choose several options.")
        sample: ClassVar[Any] = {
            "label": gettext_lazy("What would you like more of?"),
            "choices": [
                pgettext_lazy("survey", "Interviews"),
                pgettext_lazy("survey", "Guides"),
                pgettext_lazy("survey", "News"),
            ],
            "other": "",
        }
        more = ("other", "shuffle", "min_choices", "max_choices", *SELDOM)

    def find_problems(self, value: Any) -> dict[str, ValidationError]:
        found = super().find_problems(value)
        there = len(value["choices"]) + bool(value["other"])
        fewest, most = value["min_choices"] or 1, value["max_choices"]
        if most and fewest > most:
            found["max_choices"] = ValidationError(_("Must not be less than the minimum."))
        if fewest > there:
            found["min_choices"] = ValidationError(_("There aren't that many options."))
        return found


class Choices(Choice):
    """The answer is a list of keys of choices; one of it may be ``{"other": "words"}``.

    Options: those of a single choice, ``min_choices`` and ``max_choices`` (or None).
    """

    name = "choices"
    comparison = "list"
    template = "cx_feedback/surveys/questions/choices.html"
    block = ChoicesBlock

    def build_options(self, value: Any) -> dict[str, Any]:
        limits = {name: value.get(name) for name in ("min_choices", "max_choices")}
        return {**super().build_options(value), **limits}

    def get_pick_limits(self, question: Question) -> dict[str, Any]:
        fewest, most = (question.options.get(name) for name in ("min_choices", "max_choices"))
        found: dict[str, Any] = (
            {"none": self.get_required_message(question)} if question.required else {}
        )
        if fewest and fewest > 1:
            found["few"] = {"limit": fewest, "words": _too_few(fewest)}
        if most:
            found["many"] = {"limit": most, "words": _too_many(most)}
        return found

    def parse_form(self, values: list[str], parts: Mapping[str, str]) -> Any:
        words = parts.get("other", "").strip()
        keys: list[Any] = [value for value in values if value not in ("", OTHER)]
        return [*keys, {"other": words}] if words or OTHER in values else keys

    def is_empty(self, value: Any) -> bool:
        return value is None or value == "" or value == []

    def clean(self, question: Question, value: Any) -> list[Any]:
        there = len(question.options["choices"]) + bool(question.options.get("other"))
        if not isinstance(value, list) or len(value) > there:
            raise InvalidAnswer(_("Choose from the answers given."))
        picked = [super(Choices, self).clean(question, item) for item in value]
        keys = [next(iter(self.get_tally_values(question, [item]))) for item in picked]
        if len(set(keys)) < len(keys):
            raise InvalidAnswer(_("Choose each answer once only."))
        _check_number(question, len(picked))
        order = [*(c["key"] for c in question.options["choices"]), OTHER]
        found = dict(zip(keys, picked, strict=True))
        return [found[key] for key in order if key in found]

    def get_tally_values(self, question: Question, value: Any) -> Iterable[str]:
        return [
            key for item in value for key in super(Choices, self).get_tally_values(question, item)
        ]

    def format_answer(self, question: Question, value: Any) -> str:
        return "; ".join(super(Choices, self).format_answer(question, item) for item in value)

    def get_parts(self, question: Question) -> Sequence[Part]:
        items = self.get_keyed_items(question)
        choices = (Part(str(item["key"]), str(item["label"])) for item in items)
        return (*choices, *super().get_parts(question))

    def get_columns(self, question: Question) -> Sequence[Part]:
        return self.get_parts(question)

    def get_cell_values(self, question: Question, part: str) -> Mapping[Cell, str] | None:
        if part in ("", OTHER_PART):
            return super().get_cell_values(question, part)
        return {1: pgettext("codebook", "yes"), 0: pgettext("codebook", "no")}

    def get_cell_writer(self, question: Question, part: str, *, by_key: bool) -> CellWriter:
        if part in ("", OTHER_PART):
            return super().get_cell_writer(question, part, by_key=by_key)
        return lambda value: int(isinstance(value, list) and part in value)

    def read_cell(self, question: Question, cell: AnswerCell) -> Any:
        names = [str(item[n]) for item in self.get_keyed_items(question) for n in ("key", "label")]
        return [
            super(Choices, self).read_cell(question, replace(cell, text=text))
            for text in cell.split(names)
        ]

    def read_part(self, question: Question, part: str, cell: AnswerCell) -> Any:
        if part == OTHER_PART:
            return super().read_part(question, part, cell)
        labels = (i["label"] for i in self.get_keyed_items(question) if i["key"] == part)
        if cell.is_yes or fold_text(cell.text) in {fold_text(part), *map(fold_text, labels)}:
            return True
        if cell.is_no:
            return None
        raise InvalidAnswer(_("There is no such choice."))

    def join_parts(self, question: Question, whole: Any, parts: Mapping[str, Any]) -> Any:
        keys = [key for key in parts if key != OTHER_PART]
        keys += [item for item in whole or () if isinstance(item, str) and item not in keys]
        words = parts.get(OTHER_PART)
        value = [*keys, {"other": words}] if words else keys
        return self.clean_if_given(question, value)

    def get_own_words(self, question: Question, value: Any) -> str:
        return "".join(super(Choices, self).get_own_words(question, item) for item in value)

    def anonymize_answer(self, value: Any) -> Any:
        return [super(Choices, self).anonymize_answer(item) for item in value]


def _check_number(question: Question, number: int) -> None:
    fewest, most = (question.options.get(name) for name in ("min_choices", "max_choices"))
    if fewest and number < fewest:
        raise InvalidAnswer(_too_few(fewest))
    if most and number > most:
        raise InvalidAnswer(_too_many(most))


def _too_few(fewest: int) -> str:
    return ngettext("Choose at least %(n)d answer.", "Choose at least %(n)d answers.", fewest) % {
        "n": fewest
    }


def _too_many(most: int) -> str:
    return ngettext("Choose at most %(n)d answer.", "Choose at most %(n)d answers.", most) % {
        "n": most
    }
