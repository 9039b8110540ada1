"""Customer effort, 1 to 7 (CES 2.0)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from cx_feedback.surveys.questions.base import (
    SELDOM,
    ColumnProfile,
    Figure,
)
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.scale import (
    SCALES,
    EndsBlock,
    Scale,
    build_end_block,
)
from cx_feedback.surveys.results import scores_and_intervals


class CESBlock(EndsBlock):
    low_label = build_end_block(
        pgettext_lazy("survey", "Label of 1"), pgettext_lazy("survey", "Strongly disagree")
    )
    high_label = build_end_block(
        pgettext_lazy("survey", "Label of 7"), pgettext_lazy("survey", "Strongly agree")
    )

    class Meta:
        group = SCALES
        icon = "tick-inverse"
        label = pgettext_lazy("survey", "CES")
        description = gettext_lazy(
            "How far readers agree, 1 to 7, that you “made it easy”; its score is the mean."
        )
        sample: ClassVar[Any] = {"label": gettext_lazy("It was easy to solve my problem.")}
        more = ("low_label", "high_label", *SELDOM)


class CES(Scale):
    """A scale from 1 to 7 on which more is easier; its score is the mean."""

    name = "ces"
    block = CESBlock
    low, high = 1, 7

    def score(self, question: Question, given: Mapping[int, int]) -> scores_and_intervals.Score:
        return scores_and_intervals.compute_ces(given).mean

    def score_label(self) -> str:
        return pgettext("survey", "Customer effort score")

    def figures(self, question: Question, given: Mapping[int, int]) -> tuple[Figure, ...]:
        return (
            Figure(
                pgettext("survey", "Easy (6-7) less hard (1-3)"),
                scores_and_intervals.compute_ces(given).balance,
                places=0,
            ),
        )

    def rate_column(self, column: ColumnProfile) -> int:
        return 0  # a file does not say what its scale is of

    def get_activity_detail(self, question: Question, value: Any) -> dict[str, Any]:
        return {"ces": value}
