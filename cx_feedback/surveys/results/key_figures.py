"""The main figures of a survey's results: responses, completion, median time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.partials.selectors import Unfinished, get_unfinished
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.results.results_by_question import Results, build_results
from cx_feedback.surveys.results.scores_and_intervals import Score, compute_share
from cx_feedback.surveys.results.tally_folding import SECONDS, STARTED
from cx_feedback.surveys.results.thresholds import SHOW_FROM
from cx_feedback.surveys.results.value_counts import ValueCounts, count_values


@dataclass(frozen=True)
class Pace:
    """The number of starts, the share that was completed, and the time that answering took.

    ``completion`` is the percentage of starts that led to a response; None if starts were not
    recorded (imports, headless sites) or are fewer than responses. Readers who answered pages and
    did not send the survey count as starts. ``median_seconds`` is exact up
    to ten minutes, then rounded down to ten seconds and, over an hour, to a minute.
    """

    started: int
    completion: Score | None
    median_seconds: int | None


@dataclass(frozen=True)
class Overview:
    """The unfiltered results of a survey and its translations."""

    results: Results
    definition: Definition
    pace: Pace
    #: All counts, and the counts of one question by day.
    counts: ValueCounts
    unfinished: Unfinished


def get_overview(
    *, survey: Survey, family: list[int], definition: Definition, by_day: str | None
) -> Overview:
    """Return the unfiltered results; the cost does not grow with the number of responses.

    ``family`` and ``definition`` come from ``selectors``. ``by_day`` is the key of a question that
    is counted by day too. One query, another while there are unfolded responses, and one where the
    site keeps answered pages.
    """
    found = count_values(survey_ids=family, by_day=by_day)
    whole = Counter({key: n for key, n in found.items() if not key[0]})
    results = build_results(survey, definition, whole)
    unfinished = get_unfinished(survey_ids=family, counted=whole)
    pace = build_pace(found, results.n, unfinished)
    return Overview(results, definition, pace, found, unfinished)


def build_pace(found: ValueCounts, n: int, unfinished: Unfinished) -> Pace:
    """Return the pace of ``n`` responses from counts with ``STARTED`` and ``SECONDS``."""
    started = found["", STARTED, ""]
    if started >= n:  # else they were not recorded
        started = max(started, n + unfinished.n)
    timed = {int(v): k for (part, q, v), k in found.items() if not part and q == SECONDS}
    return Pace(
        started,
        compute_share(n, started) if started >= n > 0 else None,
        get_lower_median(timed) if sum(timed.values()) >= SHOW_FROM else None,
    )


def get_lower_median(timed: Mapping[int, int]) -> int | None:
    """Return the lower median of values (value to count)."""
    middle, seen = (sum(timed.values()) + 1) // 2, 0
    for value in sorted(timed):
        seen += timed[value]
        if seen >= middle:
            return value
    return None
