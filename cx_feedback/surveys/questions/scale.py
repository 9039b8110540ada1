"""A scale of whole numbers with labelled ends."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail import blocks

from cx_feedback.core.text.text_folding import fold_text
from cx_feedback.surveys.questions.base import (
    ANSWERED,
    SELDOM,
    ColumnProfile,
    Figure,
    InvalidAnswer,
    Option,
    QuestionBlock,
    QuestionType,
    Result,
    Row,
)
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.results import scores_and_intervals

SCALES = pgettext_lazy("survey", "Scales")


def build_end_block(label: Any, default: Any = "") -> blocks.CharBlock:
    """Return the field of the label of one end."""
    return blocks.CharBlock(label=label, default=default, max_length=80, required=False)


class EndsBlock(QuestionBlock):
    """The labels of the two ends; the points are those of the type."""

    low_label = build_end_block(gettext_lazy("Label of the low end"))
    high_label = build_end_block(gettext_lazy("Label of the high end"))


class ScaleBlock(EndsBlock):
    low = blocks.IntegerBlock(
        label=pgettext_lazy("survey", "From"), default=1, min_value=0, max_value=1
    )
    high = blocks.IntegerBlock(
        label=pgettext_lazy("survey", "To"), default=5, min_value=2, max_value=10
    )

    class Meta:
        group = SCALES
        icon = "sliders"
        label = pgettext_lazy("survey", "Agreement scale")
        description = gettext_lazy(
            "Readers pick a number between two labelled ends: how much they agree, say."
        )
        sample: ClassVar[Any] = {
            "label": gettext_lazy("Was this article useful?"),
            "low_label": pgettext_lazy("survey", "Not at all"),
            "high_label": pgettext_lazy("survey", "Very"),
        }
        more = ("low", *SELDOM)

    def find_problems(self, value: Any) -> dict[str, ValidationError]:
        if value["low"] >= value["high"]:
            return {"high": ValidationError(_("The scale must end above where it begins."))}
        return {}


class Scale(QuestionType):
    """The answer is a whole number. Options: ``low``, ``high``, ``low_label``, ``high_label``."""

    name = "scale"
    comparison = "number"
    template = "cx_feedback/surveys/questions/scale.html"
    block: ClassVar[type[QuestionBlock] | None] = ScaleBlock
    #: The points where the editor chooses none.
    low, high = 1, 5
    #: Decimals of the score that people are shown.
    score_places = 2

    def build_options(self, value: Any) -> dict[str, Any]:
        low, high = value.get("low"), value.get("high")
        return {
            "low": self.low if low is None else low,
            "high": self.high if high is None else high,
            "low_label": str(value.get("low_label") or ""),
            "high_label": str(value.get("high_label") or ""),
        }

    def get_meaning(self, question: Question) -> Any:
        return question.options["low"], question.options["high"]

    def is_turned_round(self, former: Question, now: Question) -> bool:
        low, high = _get_ends(former)
        return low != high and _get_ends(now) == (high, low)

    def get_inputs(self, question: Question, value: Any) -> tuple[Option, ...]:
        return tuple(
            Option(
                str(point),
                str(point),
                self.point_label(question, point),
                checked=type(value) is int and value == point,
            )
            for point in points_of(question)
        )

    def point_label(self, question: Question, point: int) -> str:
        """Return what is read out for a point, "" for its number alone."""
        words = end_of(question, point)
        return f"{point}: {words}" if words else ""

    def parse_form(self, values: list[str], parts: Mapping[str, str]) -> Any:
        text = super().parse_form(values, parts)
        if text and text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
        return text

    def clean(self, question: Question, value: Any) -> int:
        low, high = question.options["low"], question.options["high"]
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise InvalidAnswer(
            _("Choose a whole number from %(low)d to %(high)d.") % {"low": low, "high": high}
        )

    def rate_column(self, column: ColumnProfile) -> int:
        return 80 if column.is_short_scale else 0

    def build_block_value(self, column: ColumnProfile) -> dict[str, Any]:
        low = 0 if column.low < 1 else 1
        high = max(int(column.high), low + 2) if column.is_number else low + 2
        # The ends get no words that the file does not say.
        return {"low": low, "high": high, "low_label": "", "high_label": ""}

    def get_tally_values(self, question: Question, value: Any) -> Iterable[str]:
        return (str(value),)

    def build_result(self, question: Question, counts: Mapping[str, int]) -> Result:
        n, points = counts.get(ANSWERED, 0), points_of(question)
        given = {point: counts.get(str(point), 0) for point in points}
        return Result(
            question,
            n,
            tuple(
                Row(
                    str(p),
                    self.row_label(question, p),
                    given[p],
                    scores_and_intervals.compute_share(given[p], n),
                )
                for p in points
            ),
            score=self.score(question, given),
            score_label=self.score_label(),
            score_places=self.score_places,
            more=self.figures(question, given),
        )

    def row_label(self, question: Question, point: int) -> str:
        """Return the label of a point in results."""
        words = end_of(question, point)
        return f"{point} · {words}" if words else str(point)

    def score(self, question: Question, given: Mapping[int, int]) -> scores_and_intervals.Score:
        """Return the score of the points that were given so often: their mean."""
        return scores_and_intervals.compute_mean(
            {float(point): count for point, count in given.items() if count},
            low=question.options["low"],
            high=question.options["high"],
        )

    def score_label(self) -> str:
        """Return what the score is called."""
        return pgettext("survey", "Mean")

    def figures(self, question: Question, given: Mapping[int, int]) -> tuple[Figure, ...]:
        """Return figures beside the score."""
        return ()


def _get_ends(question: Question) -> tuple[str, str]:
    low, high = question.options["low_label"], question.options["high_label"]
    return fold_text(low), fold_text(high)


def points_of(question: Question) -> range:
    """Return the points of the scale, from low to high."""
    return range(question.options["low"], question.options["high"] + 1)


def end_of(question: Question, point: int) -> str:
    """Return the label of a point that is an end, "" for another."""
    options = question.options
    words = {options["low"]: options["low_label"], options["high"]: options["high_label"]}
    return str(words.get(point, ""))
