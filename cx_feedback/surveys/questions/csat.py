"""Customer satisfaction, 1 to 5."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail import blocks

from cx_feedback.surveys.questions.base import (
    SELDOM,
    ColumnProfile,
    Figure,
)
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.rating import NUMBERS, SMILEYS, STARS, Rating
from cx_feedback.surveys.questions.scale import SCALES, EndsBlock, build_end_block
from cx_feedback.surveys.results import scores_and_intervals

_LOOKS = (
    (NUMBERS, pgettext_lazy("survey", "Numbers")),
    (SMILEYS, pgettext_lazy("survey", "Smileys")),
    (STARS, pgettext_lazy("survey", "Stars")),
)


class CSATBlock(EndsBlock):
    look = blocks.ChoiceBlock(_LOOKS, label=pgettext_lazy("survey", "Display as"), default=NUMBERS)
    low_label = build_end_block(
        pgettext_lazy("survey", "Label of 1"), pgettext_lazy("survey", "Very dissatisfied")
    )
    high_label = build_end_block(
        pgettext_lazy("survey", "Label of 5"), pgettext_lazy("survey", "Very satisfied")
    )

    class Meta:
        group = SCALES
        icon = "circle-check"
        label = pgettext_lazy("survey", "CSAT")
        description = gettext_lazy(
            "How satisfied readers are, 1 to 5; its score is the share of 4 and 5."
        )
        sample: ClassVar[Any] = {"label": gettext_lazy("How satisfied are you with our answer?")}
        more = ("low_label", "high_label", *SELDOM)


class CSAT(Rating):
    """A rating from 1 to 5 whose score is the share of 4 and 5."""

    name = "csat"
    block = CSATBlock
    score_places = 0

    def build_options(self, value: Any) -> dict[str, Any]:
        return {**super().build_options(value), "low": 1, "high": 5}

    def score(self, question: Question, given: Mapping[int, int]) -> scores_and_intervals.Score:
        return scores_and_intervals.compute_csat(given)

    def score_label(self) -> str:
        return pgettext("survey", "Satisfied (4 or 5), in %")

    def figures(self, question: Question, given: Mapping[int, int]) -> tuple[Figure, ...]:
        return (Figure(pgettext("survey", "Mean"), super().score(question, given)),)

    def rate_column(self, column: ColumnProfile) -> int:
        return 0  # a file does not say what its scale is of

    def get_activity_detail(self, question: Question, value: Any) -> dict[str, Any]:
        return {"csat": value}
