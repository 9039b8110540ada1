"""The figures at the head of a survey's results: responses, completion, median time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.results.folding import SECONDS, STARTED
from cx_feedback.surveys.results.scores import SHOW_FROM, Score, compute_share
from cx_feedback.surveys.results.summary import Results, build_results
from cx_feedback.surveys.results.value_counts import ValueCounts, count_values


@dataclass(frozen=True)
class Pace:
    """How many began, how many of them sent their answers, and how long it took them.

    ``completion`` is the share of those who began that sent their answers, in percent; None where
    starts were not recorded (imports, headless sites), or fewer than responses. ``median_seconds``
    is exact up to ten minutes, then rounded down to ten seconds, over an hour to a minute.
    """

    started: int
    completion: Score | None
    median_seconds: int | None


@dataclass(frozen=True)
class Overview:
    """Everybody's results of a survey and its translations."""

    results: Results
    definition: Definition
    pace: Pace
    #: All counts, and those of one question by day.
    counts: ValueCounts


def get_overview(
    *, survey: Survey, family: list[int], definition: Definition, by_day: str | None
) -> Overview:
    """Return everybody's results; the cost does not grow with the number of responses.

    ``family`` and ``definition`` are those of ``selectors``, which the page has at hand;
    ``by_day`` is a question to count by day as well. One statement,
    and one more while there are responses that are not folded yet.
    """
    found = count_values(survey_ids=family, by_day=by_day)
    whole = Counter({key: n for key, n in found.items() if not key[0]})
    results = build_results(survey, definition, whole)
    return Overview(results, definition, build_pace(found, results.n), found)


def build_pace(found: ValueCounts, n: int) -> Pace:
    """Return what the counts of ``n`` responses say; they hold ``STARTED`` and ``SECONDS``."""
    started = found["", STARTED, ""]
    timed = {int(v): k for (part, q, v), k in found.items() if not part and q == SECONDS}
    return Pace(
        started,
        compute_share(n, started) if started >= n > 0 else None,
        get_lower_median(timed) if sum(timed.values()) >= SHOW_FROM else None,
    )


def get_lower_median(timed: Mapping[int, int]) -> int | None:
    """Return the lower median of values that were each given so often."""
    middle, seen = (sum(timed.values()) + 1) // 2, 0
    for value in sorted(timed):
        seen += timed[value]
        if seen >= middle:
            return value
    return None
