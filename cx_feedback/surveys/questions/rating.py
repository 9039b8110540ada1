"""A rating by stars, smileys or numbers."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext, pgettext_lazy
from wagtail import blocks

from cx_feedback.surveys.questions.base import (
    SELDOM,
    ColumnProfile,
    Option,
)
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.scale import SCALES, EndsBlock, Scale, end_of, points_of

STARS, SMILEYS, NUMBERS = "stars", "smileys", "numbers"
_LOOKS = (
    (STARS, pgettext_lazy("survey", "Stars")),
    (SMILEYS, pgettext_lazy("survey", "Smileys")),
    (NUMBERS, pgettext_lazy("survey", "Numbers")),
)
#: The faces, from the saddest to the happiest: their words, and how far the mouth bends in
#: units of a face 24 wide.
_FACES = (
    (pgettext_lazy("survey", "Very bad"), -6),
    (pgettext_lazy("survey", "Bad"), -3),
    (gettext_lazy("Neither good nor bad"), 0),
    (pgettext_lazy("survey", "Good"), 3),
    (pgettext_lazy("survey", "Very good"), 6),
)
#: Which of them make a scale of so many points.
_FACES_OF = {2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}


@dataclass(frozen=True)
class Face(Option):
    """A smiley: where its mouth begins and ends, and where its curve pulls to."""

    corner: float = 0
    bend: float = 0


class RatingBlock(EndsBlock):
    look = blocks.ChoiceBlock(_LOOKS, label=pgettext_lazy("survey", "Display as"), default=STARS)
    high = blocks.IntegerBlock(
        label=pgettext_lazy("survey", "Number of points"), default=5, min_value=2, max_value=10
    )

    class Meta:
        group = SCALES
        icon = "pick"
        label = pgettext_lazy("survey", "Rating")
        description = gettext_lazy("Readers give stars, a smiley or a number.")
        sample: ClassVar[Any] = {"label": gettext_lazy("How do you like this article?")}
        more = ("low_label", "high_label", *SELDOM)

    def find_problems(self, value: Any) -> dict[str, ValidationError]:
        if value["look"] == SMILEYS and value["high"] not in _FACES_OF:
            return {"high": ValidationError(_("There are at most 5 smileys."))}
        return {}


class Rating(Scale):
    """The answer is a whole number from 1. Options: those of a scale, and ``look``."""

    name = "rating"
    template = "cx_feedback/surveys/questions/rating.html"
    block = RatingBlock

    def build_options(self, value: Any) -> dict[str, Any]:
        look, found = value.get("look") or STARS, super().build_options(value)
        if look == SMILEYS and found["high"] not in _FACES_OF:
            look = NUMBERS
        return {**found, "look": look}

    def rate_column(self, column: ColumnProfile) -> int:
        return 0  # a file does not say that its scale was one of stars

    def get_inputs(self, question: Question, value: Any) -> tuple[Option, ...]:
        options = super().get_inputs(question, value)
        if question.options["look"] != SMILEYS:
            return options
        bends = (_FACES[place][1] for place in _FACES_OF[question.options["high"]])
        return tuple(
            Face(o.value, o.text, o.label, o.checked, corner=15.5 - bend / 4, bend=15.5 + bend)
            for o, bend in zip(options, bends, strict=True)
        )

    def point_label(self, question: Question, point: int) -> str:
        words = self._words(question, point)
        return f"{point}: {words}" if words else ""

    def row_label(self, question: Question, point: int) -> str:
        words = self._words(question, point)
        return f"{point} · {words}" if words else str(point)

    def _words(self, question: Question, point: int) -> str:
        if words := end_of(question, point):
            return words
        if question.options["look"] == STARS:
            return npgettext("survey", "%(n)d star", "%(n)d stars", point) % {"n": point}
        if question.options["look"] == SMILEYS:
            place = points_of(question).index(point)
            return str(_FACES[_FACES_OF[question.options["high"]][place]][0])
        return ""
