"""The scale on which a score is shown, with typical scores for comparison."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.results.scores_and_intervals import Score

#: Sizes in the picture: one point of the score, and the margin beside -100 and 100.
POINT, MARGIN = 3, 20


@dataclass(frozen=True)
class Band:
    """A range of scores with a label for those who typically reach it."""

    low: int
    high: int
    label: str | Promise

    @property
    def x(self) -> int:
        """The position of its start in the picture."""
        return get_x(self.low)

    @property
    def width(self) -> int:
        """Its width in the picture."""
        return POINT * (self.high - self.low)

    @property
    def middle(self) -> float:
        """The position of its label in the picture."""
        return self.x + self.width / 2


#: Frederick Reichheld, The Ultimate Question, Harvard Business School Press 2006, chapter 1.
BANDS = (
    Band(-100, 0, pgettext_lazy("NPS", "many companies")),
    Band(5, 10, pgettext_lazy("NPS", "an average company")),
    Band(50, 80, pgettext_lazy("NPS", "outstanding companies")),
)


def get_x(value: float) -> int:
    """Return the position in the picture of a score from -100 to 100."""
    return round(MARGIN + POINT * (value + 100))


def render_scale(score: Score) -> SafeString:
    """Draw a score with its interval on the scale, above the bands."""
    ends: dict[str, Any] = {}
    if score.low is not None and score.high is not None:
        ends = {"low": get_x(score.low), "high": get_x(score.high)}
    return render_to_string(
        "cx_feedback/nps/admin/bands.html",
        {
            "bands": BANDS,
            "score": score,
            "here": get_x(score.value or 0),
            "ticks": [(get_x(value), value) for value in range(-100, 101, 50)],
            **ends,
        },
    )
