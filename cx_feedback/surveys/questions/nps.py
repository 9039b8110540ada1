"""The NPS question: the likelihood to recommend, 0 to 10."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from cx_feedback.surveys.questions.base import SELDOM, ColumnProfile, QuestionBlock, Result
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.scale import (
    SCALES,
    EndsBlock,
    Scale,
    build_end_block,
)
from cx_feedback.surveys.results import scores_and_intervals

PROMOTER, PASSIVE, DETRACTOR = CLASSES = ("promoter", "passive", "detractor")


def get_nps_class(score: int) -> str:
    """Return "promoter" (9-10), "passive" (7-8) or "detractor" (0-6)."""
    if score >= 9:
        return PROMOTER
    return PASSIVE if score >= 7 else DETRACTOR


def count_classes(given: Mapping[int, int]) -> dict[str, int]:
    """Return how many promoters, passives and detractors gave these points so often."""
    found = {PROMOTER: 0, PASSIVE: 0, DETRACTOR: 0}
    for point, count in given.items():
        found[get_nps_class(point)] += count
    return found


def score_of(given: Mapping[int, int]) -> scores_and_intervals.Score:
    """Return the NPS of points that were given so often."""
    found = count_classes(given)
    return scores_and_intervals.compute_nps(
        promoters=found[PROMOTER], passives=found[PASSIVE], detractors=found[DETRACTOR]
    )


#: Words in the headings of imported files that ask for a recommendation.
_WORDS_IN_HEADINGS = ("nps", "recommend", "recomend")


class NPSBlock(EndsBlock):
    low_label = build_end_block(
        pgettext_lazy("survey", "Label of 0"), pgettext_lazy("survey", "Not at all likely")
    )
    high_label = build_end_block(
        pgettext_lazy("survey", "Label of 10"), pgettext_lazy("survey", "Extremely likely")
    )

    class Meta:
        group = SCALES
        icon = "cx-gauge"
        label = pgettext_lazy("survey", "NPS")
        description = gettext_lazy(
            "How likely readers are to recommend you, 0 to 10; its score is the NPS."
        )
        sample: ClassVar[Any] = {
            "label": gettext_lazy("How likely are you to recommend us to a friend?")
        }
        more = ("low_label", "high_label", *SELDOM)


class NPS(Scale):
    """A scale from 0 to 10 whose score is the NPS. The NPS widget asks it too."""

    name = "nps"
    block: ClassVar[type[QuestionBlock] | None] = NPSBlock
    low, high = 0, 10
    score_places = 0
    is_nps = True

    def score(self, question: Question, given: Mapping[int, int]) -> scores_and_intervals.Score:
        return score_of(given)

    def is_turned_round(self, former: Question, now: Question) -> bool:
        return False  # 10 is always the best

    def score_label(self) -> str:
        return pgettext("survey", "Net Promoter Score")

    def compare_results(self, before: Result, after: Result) -> scores_and_intervals.Difference:
        return scores_and_intervals.compare_balances(_get_balance(before), _get_balance(after))

    def rate_column(self, column: ColumnProfile) -> int:
        about = any(word in column.heading.casefold() for word in _WORDS_IN_HEADINGS)
        return 90 if about and column.is_short_scale and column.high > 7 else 0

    def get_activity_detail(self, question: Question, value: Any) -> dict[str, Any]:
        return {"score": value, "class": get_nps_class(value)}


def _get_balance(result: Result) -> tuple[int, int, int]:
    """Return promoters, detractors and all who answered."""
    found = count_classes({int(row.value): row.count for row in result.rows})
    return found[PROMOTER], found[DETRACTOR], sum(found.values())
