"""Used-up quotas from the view of a version's readers; pure functions."""

from collections.abc import Iterator, Set

from cx_feedback.surveys import questions
from cx_feedback.surveys.flow.routing import is_ending, is_page_break
from cx_feedback.surveys.questions.definitions import Definition, Question

#: The keys of a question and of a choice, "" and "" for the whole survey.
Place = tuple[str, str]
WHOLE_SURVEY: Place = ("", "")


def is_blocked(definition: Definition, full: Set[Place]) -> bool:
    """Return whether nobody can complete a survey: all choices of a required question are full."""
    return any(_is_used_up(q, full) for q in _get_required_questions(definition))


def get_full_places_of_version(
    full: frozenset[Place], *, version: Definition, today: Definition
) -> frozenset[Place]:
    """Return the used-up quotas for readers of an earlier version; ``full`` are those of today.

    A quota that their version did not have, or had with a larger limit, doesn't hold for them. The
    maximum of the whole survey does, like the time when it closes.
    """
    own, now = ({(q.question, q.value): q.limit for q in d.limits.quotas} for d in (version, today))
    found = {place for place in full & own.keys() if own[place] <= now.get(place, 0)}
    # Stored alike: the maximum is reached, and nobody can complete what is asked today.
    is_full = WHOLE_SURVEY in full and not is_blocked(today, full)
    if is_full or is_blocked(version, found):
        found.add(WHOLE_SURVEY)
    return frozenset(found)


def _get_required_questions(definition: Definition) -> Iterator[Question]:
    """Iterate over the questions that every reader has to answer."""
    page = True
    for question in definition.questions:
        if is_ending(question):
            return
        if is_page_break(question):
            page = not question.show_if
        elif page and question.required and not question.show_if:
            yield question


def _is_used_up(question: Question, taken: Set[Place]) -> bool:
    """Return whether all choices of ``question`` are used up."""
    if not any(key == question.key for key, _value in taken):
        return False
    keys = questions.get(question.type).get_condition_values(question)
    return bool(keys) and all((question.key, key) in taken for key in keys or ())
