"""Counts of a poll's answers, in steps of ``SHOW_POLL_FROM`` answers.

Everybody can look at a poll at any time, so figures that grew by one answer would tell what its
reader has chosen. So the latest answers are left out until they fill a step: any two states that
are shown differ by whole steps or not at all (``disclosure``, rule 4). This depends on nothing but
the rows, so processes and translations agree, and an answer that is erased or marked as spam is
left out at once.
"""

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.polls.poll_rules import SHOW_POLL_FROM
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.results.value_counts import count_values

#: Seconds after which one process counts anew, and until which the others show the last figures.
#: With ``MAX_AGE`` of the response they are at most a minute old.
COUNT_AFTER, KEEP_FOR = 15, 30
#: Seconds for which browsers and other caches may keep a result.
MAX_AGE = 30
#: How often answers are counted again that arrived while they were counted.
TRIES = 3


@dataclass(frozen=True)
class PollCounts:
    """The counts of a question by value, ANSWERED for all, and the time of counting."""

    #: With the choices that only translations have.
    question: Question
    counts: dict[str, int]
    at: float


def get_poll_counts(live: Any, question: Question) -> PollCounts:
    """Return the counts of a poll's question over all translations, at most ``KEEP_FOR`` old.

    Between the counts nothing is queried.
    """
    key = f"cx:poll:{live.version_id}:{question.key}"
    found: PollCounts | None = cache.get(key)
    is_old = found is not None and time.time() - found.at > COUNT_AFTER
    if found is None or (is_old and cache.add(f"{key}:counting", 1, COUNT_AFTER)):
        found = _count(live, question)
        cache.set(key, found, KEEP_FOR)
    return found


def _count(live: Any, question: Question) -> PollCounts:
    survey = Survey(pk=live.survey_id, translation_key=live.family)
    family, definition = selectors.get_family_and_definition(survey)
    asked = next((q for q in definition.ever_asked() if q.key == question.key), question)
    at = time.time()
    return PollCounts(asked, dict(count_in_steps(family, question.key)), at)


def count_in_steps(survey_ids: list[int], key: str) -> Counter[str]:
    """Return the counts of a question by value, without the latest answers beyond a step."""
    newest: list[tuple[Any, ...]] = []
    found: Counter[str] = Counter()
    for _attempt in range(TRIES):
        newest = _list_newest(survey_ids, key)
        counted = count_values(survey_ids=survey_ids, only=[key])
        found = Counter({value: n for (_part, _key, value), n in counted.items()})
        if newest == _list_newest(survey_ids, key):
            break
    beyond = newest[: found[ANSWERED] % SHOW_POLL_FROM]
    versions = selectors.get_definitions({version for *_order, version, _a in beyond})
    for *_order, version, answers in beyond:
        values = questions.iterate_counted_values(versions[version], answers)
        found.subtract(value for asked, value in values if asked == key)
    return +found


def _list_newest(survey_ids: list[int], key: str) -> list[tuple[Any, ...]]:
    """Return time, id, version and answers of the latest responses that answer a question."""
    found = [
        row
        for survey_id in survey_ids
        for row in Response.objects.counted()
        .filter(survey_id=survey_id, answers__has_key=key)
        .order_by("-created_at", "-pk")
        .values_list("created_at", "pk", "version_id", "answers")[: SHOW_POLL_FROM - 1]
    ]
    return sorted(found, key=lambda row: row[:2], reverse=True)[: SHOW_POLL_FROM - 1]
