"""The question of a poll whose results readers see: the one that is asked, or a former one."""

from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import NotFound
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.polls.poll_rules import NEVER, ResultsLater, is_pollable, is_result_open
from cx_feedback.surveys.questions.definitions import Definition, Question

#: Seconds for which it is cached whether a question was that of a poll.
CACHE_SECONDS = 3_600


def find_poll_question(live: Any) -> Question | None:
    """Return the question whose results readers of a LiveSurvey see, None if it is no poll.

    If nothing is asked any more, this is the question that was retired last.
    """
    if live.results_shown == NEVER:
        return None
    asked = _get_asked(live.definition)
    if len(asked) > 1:
        return None
    if asked:
        return asked[0] if is_pollable(asked[0]) else None
    former = [q for q in live.definition.retired if is_pollable(q)]
    return former[-1] if former and _was_asked_alone(live, former[-1]) else None


def require_poll_question(live: Any, key: str = "") -> Question:
    """Return the poll's question, or the one with this key if it was retired.

    Pages in caches may show the form of a retired question. Raises NotFound if the survey is no
    poll, and ResultsLater before it has closed.
    """
    question = find_poll_question(live)
    if question is not None and key and key != question.key:
        former = (q for q in live.definition.retired if q.key == key and is_pollable(q))
        question = next((q for q in former if _was_asked_alone(live, q)), None)
    if question is None:
        raise NotFound(_("Readers do not see the results of this."))
    if not is_result_open(live, question):
        raise ResultsLater
    return question


def _get_asked(definition: Definition) -> list[Question]:
    return [q for q in definition.questions if questions.get(q.type).asks]


def _was_asked_alone(live: Any, question: Question) -> bool:
    """Return whether a former question was all that an earlier version asked.

    Only then could it be that of a poll: nobody published what a longer survey was answered.
    """
    key = f"cx:poll-alone:{live.version_id}:{question.key}"
    found: bool | None = cache.get(key)
    if found is None:
        earlier = selectors.iterate_earlier_versions(live, [question.key])
        asked = (_get_asked(one.definition) for one in earlier)
        found = any([q.key for q in some] == [question.key] for some in asked)
        cache.set(key, found, CACHE_SECONDS)
    return found
