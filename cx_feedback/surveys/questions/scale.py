"""A scale of whole numbers with labelled ends."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from cx_feedback.surveys import scores
from cx_feedback.surveys.definitions import Question
from cx_feedback.surveys.questions.base import (
    ANSWERED,
    InvalidAnswer,
    QuestionBlock,
    QuestionType,
    Result,
    Row,
)


class ScaleBlock(QuestionBlock):
    low = blocks.IntegerBlock(label=gettext_lazy("From"), default=1, min_value=0, max_value=1)
    high = blocks.IntegerBlock(label=gettext_lazy("To"), default=5, min_value=2, max_value=10)
    low_label = blocks.CharBlock(
        label=gettext_lazy("Label of the low end"), max_length=80, required=False
    )
    high_label = blocks.CharBlock(
        label=gettext_lazy("Label of the high end"), max_length=80, required=False
    )

    class Meta:
        icon = "order"
        label = gettext_lazy("Scale")
        description = gettext_lazy("Readers pick a number between two labelled ends.")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["high"] - cleaned["low"] < 1:
            raise blocks.StructBlockValidationError(
                {"high": ValidationError(_("The scale must end above where it begins."))}
            )
        return cleaned


class Scale(QuestionType):
    """The answer is a whole number. Options: ``low``, ``high``, ``low_label``, ``high_label``."""

    name = "scale"
    template = "cx_feedback/surveys/questions/scale.html"
    block: ClassVar[type[QuestionBlock] | None] = ScaleBlock
    #: Decimals of the score that people are shown.
    score_places = 2

    def options(self, value: Any) -> dict[str, Any]:
        return {name: value[name] for name in ("low", "high", "low_label", "high_label")}

    def meaning(self, question: Question) -> Any:
        return question.options["low"], question.options["high"]

    def from_form(self, values: list[str], parts: Mapping[str, str]) -> Any:
        text = super().from_form(values, parts)
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

    def tally(self, question: Question, value: Any) -> Iterable[str]:
        return (str(value),)

    def result(self, question: Question, counts: Mapping[str, int]) -> Result:
        n, points = counts.get(ANSWERED, 0), points_of(question)
        given = {point: counts.get(str(point), 0) for point in points}
        return Result(
            question,
            n,
            tuple(
                Row(str(p), _label(question, p), given[p], scores.share(given[p], n))
                for p in points
            ),
            score=self.score(question, given),
            score_label=self.score_label(),
            score_places=self.score_places,
        )

    def score(self, question: Question, given: Mapping[int, int]) -> scores.Score:
        """Return the score of the points that were given so often: their mean."""
        return scores.mean(
            {float(point): count for point, count in given.items() if count},
            low=question.options["low"],
            high=question.options["high"],
        )

    def score_label(self) -> str:
        """Return what the score is called."""
        return _("Mean")


def points_of(question: Question) -> range:
    """Return the points of the scale, from low to high."""
    return range(question.options["low"], question.options["high"] + 1)


def _label(question: Question, point: int) -> str:
    words = {
        question.options["low"]: question.options["low_label"],
        question.options["high"]: question.options["high_label"],
    }.get(point)
    return f"{point} · {words}" if words else str(point)
