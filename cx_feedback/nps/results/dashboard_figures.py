"""The results of an NPS widget: its score, its classes and all else that its dashboard shows.

Scores and their intervals are those of ``surveys/results/scores_and_intervals.py``, the score over
time is that of ``trend.py``.
"""

from collections import Counter
from dataclasses import dataclass

from cx_feedback.nps.models import NPSWidget
from cx_feedback.nps.question_keys import SCORE
from cx_feedback.nps.results.breakdown import Table, build_breakdown
from cx_feedback.nps.results.trend import (
    COMPARED_DAYS,
    DEFAULT_SPAN,
    PeriodChange,
    Point,
    Span,
    build_trend,
    compare_periods,
    get_day_blocks,
)
from cx_feedback.surveys.partials.selectors import (
    Unfinished,
    count_stopped_answers,
    get_unfinished,
)
from cx_feedback.surveys.questions import nps
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.results import scores_and_intervals
from cx_feedback.surveys.results.key_figures import Pace, build_pace
from cx_feedback.surveys.results.tally_folding import SECONDS, STARTED, STOPPED
from cx_feedback.surveys.results.thresholds import SHOW_FROM
from cx_feedback.surveys.results.value_counts import count_values
from cx_feedback.surveys.selectors import get_family_ids


@dataclass(frozen=True)
class UnsentScores:
    """Readers who chose a score and did not send it; their scores count in no other figure."""

    n: int
    #: The score of those whose choice is still kept together with those who sent theirs.
    together: scores_and_intervals.Score
    #: Whether enough of them are kept for ``together`` to be shown.
    shown: bool

    @property
    def shown_score(self) -> scores_and_intervals.Score | None:
        """Return ``together``, None where too few are kept."""
        return self.together if self.shown else None


@dataclass(frozen=True)
class NPSDashboard:
    """The results of a widget and its translations together."""

    widget_id: int
    n: int
    score: scores_and_intervals.Score
    #: Numbers and shares in percent, by "promoter", "passive" and "detractor".
    classes: dict[str, int]
    shares: dict[str, scores_and_intervals.Score]
    #: Number of answers by score, 0 to 10.
    given: dict[int, int]
    span: Span
    trend: tuple[Point, ...]
    #: The last four weeks, or three months, compared with those before.
    change: PeriodChange
    #: The tables by page, section, author and language.
    tables: dict[str, Table]
    #: The shares of readers who began and who submitted, and the time they took.
    pace: Pace
    unsent: UnsentScores

    @property
    def shown_tables(self) -> dict[str, Table]:
        """Return the tables, empty ones while the score is hidden."""
        if self.score.shown:
            return self.tables
        return dict.fromkeys(self.tables, Table((), 0))


def build_dashboard(*, widget: NPSWidget, span: Span = DEFAULT_SPAN) -> NPSDashboard:
    """Return the results of a widget, exact at this time.

    Each score tells whether it has enough answers to be shown.
    """
    family = get_family_ids(widget)
    parts = get_day_blocks(family)
    total = sum((part.given for part in parts), Counter[int]())
    classes = nps.count_classes(total)
    n = total.total()
    counted = count_values(survey_ids=family, only=[STARTED, SECONDS, STOPPED])
    unfinished = get_unfinished(survey_ids=family, counted=counted)
    return NPSDashboard(
        widget.pk,
        n,
        nps.score_of(total),
        classes,
        {name: scores_and_intervals.compute_share(k, n) for name, k in classes.items()},
        {point: total[point] for point in range(11)},
        span,
        build_trend(parts, span),
        compare_periods(parts, days=COMPARED_DAYS[span]),
        build_breakdown(family=family),
        build_pace(counted, n, unfinished),
        _build_unsent(family, widget, unfinished, total),
    )


def _build_unsent(
    family: list[int], widget: NPSWidget, found: Unfinished, sent: Counter[int]
) -> UnsentScores:
    if found.kept < SHOW_FROM:
        return UnsentScores(found.n_stopped, nps.score_of(sent), False)
    given = count_stopped_answers(survey_ids=family, definition=widget.definition())
    chosen = {int(v): n for (key, v), n in given.items() if key == SCORE and v != ANSWERED}
    together = nps.score_of(sent + Counter(chosen))
    return UnsentScores(found.n_stopped, together, together.shown)
