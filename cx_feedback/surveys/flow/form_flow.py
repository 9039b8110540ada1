"""The way through a survey without JavaScript: one form post for each step.

Nothing is stored of who has not finished: each form carries the answers to the earlier ones in
hidden fields, and all of them are checked again at the end.
"""

from dataclasses import dataclass
from typing import Any

from cx_feedback.core.errors import FeedbackError, InvalidInput
from cx_feedback.surveys import questions
from cx_feedback.surveys.flow import routing
from cx_feedback.surveys.questions.definitions import Definition, Question


@dataclass(frozen=True)
class Step:
    """One form of a survey: its number from 0, and what it shows to a reader."""

    number: int
    items: tuple[Question, ...]
    #: Of the pages that this reader is going to see, as far as is known: the number from 1 of
    #: the page that the step is on, and how many there are.
    page: int = 1
    pages: int = 1


def get_steps(definition: Definition, answers: dict[str, Any]) -> list[Step]:
    """Return the steps that a reader with these (checked) answers has to take."""
    shown = routing.get_shown_items(definition.questions, answers)
    keys = {item.key for item in shown}
    pages = [{item.key for item in page} for page in routing.split_into_pages(shown)]
    found = []
    for number, step in enumerate(routing.split_into_steps(definition.questions)):
        items = tuple(item for item in step if item.key in keys)
        for place, page in enumerate(pages, 1):
            # A step whose page shows nothing but its heading, or only an ending, is none.
            asked = [i for i in items if i.key in page and i.type not in routing.STRUCTURE_TYPES]
            if asked:
                found.append(Step(number, items, place, len(pages)))
                break
    return found


def get_first_step(definition: Definition) -> Step:
    """Return the step that every reader begins with."""
    return next(iter(get_steps(definition, {})), Step(0, ()))


def is_last_step(step: Step, definition: Definition) -> bool:
    """Return whether nothing can be asked after ``step``, whatever is answered in it."""
    later = routing.split_into_steps(definition.questions)[step.number + 1 :]
    return all(item.type in routing.STRUCTURE_TYPES for items in later for item in items)


@dataclass(frozen=True)
class Turn:
    """What a reader is shown next, with what is wrong with what they sent."""

    step: Step
    error: FeedbackError | None = None


def next_turn(
    definition: Definition, answers: dict[str, Any], *, number: int, back: bool = False
) -> Turn | None:
    """Return what to show to a reader who has sent step ``number``; None when all is answered.

    With ``back`` that is the step before, whatever is wrong with this one.
    """
    all_steps = routing.split_into_steps(definition.questions)
    number = min(number, len(all_steps) - 1)
    upto = all_steps[number][-1].key
    checked = questions.check_answers(definition, answers, upto=upto)
    known = get_steps(definition, checked.answers)
    if back:
        return Turn(next((s for s in reversed(known) if s.number < number), known[0]))
    if checked.errors:
        return turn_of(definition, answers, InvalidInput(fields=checked.errors), number=number)
    following = next((step for step in known if step.number > number), None)
    return Turn(following) if following else None


def turn_of(
    definition: Definition, answers: dict[str, Any], error: FeedbackError, *, number: int
) -> Turn:
    """Return the step that ``error`` names first; step ``number`` when it names none."""
    known = get_steps(definition, questions.check_answers(definition, answers).answers)
    for step in known:
        if any(item.field_name in error.fields for item in step.items):
            return Turn(step, error)
    last = [step for step in known if step.number <= number] or known
    return Turn(last[-1] if last else Step(0, ()), error)


def answered_so_far(definition: Definition, answers: dict[str, Any], *, number: int) -> Step:
    """Return the steps up to ``number`` as one, for a reader who can send nothing any more."""
    known = get_steps(definition, questions.check_answers(definition, answers).answers)
    return Step(number, tuple(i for step in known if step.number <= number for i in step.items))
