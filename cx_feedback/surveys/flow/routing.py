"""Routing: the questions that a reader is asked, cut into pages and steps.

All functions are pure. The condition of a page break applies to its whole page. A question that
is not shown has no answer for later conditions, so whole branches can be skipped. Nothing is asked
after an ending that a reader has reached.

Without JavaScript, each step is a form of its own. Each form carries the answers to earlier steps
in hidden fields, and all of them are checked again at the end.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cx_feedback.surveys import questions
from cx_feedback.surveys.flow import piping
from cx_feedback.surveys.flow.condition_operators import find_condition_questions, matches_condition
from cx_feedback.surveys.questions.definitions import Question

Answers = Mapping[str, Any]
Items = Sequence[Question]


def is_page_break(item: Question) -> bool:
    """Return whether the next page begins with ``item``."""
    return questions.get(item.type).is_page_break


def is_ending(item: Question) -> bool:
    """Return whether the survey ends for readers who reach ``item``."""
    return questions.get(item.type).is_ending


def is_structure(item: Question) -> bool:
    """Return whether ``item`` alone does not make a page."""
    return is_page_break(item) or is_ending(item)


@dataclass
class Route:
    """A reader's way through the questions; ``answers`` are those that count so far."""

    answers: dict[str, Any] = field(default_factory=dict)
    ending: Question | None = None
    _page_shown: bool = True

    def shows(self, item: Question) -> bool:
        """Return whether the next item is shown. Call it once for each item, in order.

        Add the answer to a shown question to ``answers`` before asking about the next one.
        """
        if self.ending is not None:
            return False
        if is_page_break(item):
            self._page_shown = matches_condition(item.show_if, self.answers)
            return self._page_shown
        shown = self._page_shown and matches_condition(item.show_if, self.answers)
        if shown and is_ending(item):
            self.ending = item
        return shown


@dataclass(frozen=True)
class Step:
    """One form of a survey: its number from 0, and the items that it shows to a reader."""

    number: int
    items: tuple[Question, ...]
    #: The number of the step's page, from 1, and the number of pages that this reader is going to
    #: see, as far as that is known.
    page: int = 1
    pages: int = 1


def get_shown_items(items: Items, answers: Answers) -> list[Question]:
    """Return what a reader with these answers is shown, with page breaks and the ending."""
    route, found = Route(), []
    for item in items:
        if route.shows(item):
            found.append(item)
            if item.key in answers:
                route.answers[item.key] = answers[item.key]
    return found


def find_ending(items: Items, answers: Answers) -> Question | None:
    """Return the ending that a reader with these answers reaches, None for the usual one."""
    route = Route(dict(answers))
    for item in items:
        route.shows(item)
    return route.ending


def has_flow(items: Items) -> bool:
    """Return whether a survey is more than one page of questions for everybody."""
    return any(
        item.show_if.get("rules") or is_structure(item) or piping.find_piped_questions(item, items)
        for item in items
    )


def split_into_pages(items: Items) -> list[list[Question]]:
    """Split shown items into pages; a page with nothing but its heading is left out."""
    found: list[list[Question]] = [[]]
    for item in items:
        if is_page_break(item):
            found.append([])
        found[-1].append(item)
    return [page for page in found if any(not is_structure(item) for item in page)]


def split_into_steps(items: Items) -> list[list[Question]]:
    """Split a survey into forms of which all questions are known when the form is shown.

    A step ends where a page ends, and before an item that depends on an answer of the same step.
    """
    found: list[list[Question]] = [[]]
    for item in items:
        here = {earlier.key for earlier in found[-1]}
        after_ending = bool(found[-1]) and is_ending(found[-1][-1])
        depends_on = find_condition_questions(item.show_if)
        depends_on |= piping.find_piped_questions(item, items)
        if found[-1] and (is_page_break(item) or depends_on & here or after_ending):
            found.append([])
        found[-1].append(item)
    return found


def get_steps(items: Items, answers: Answers) -> list[Step]:
    """Return the steps of a reader with these answers, which must have been checked."""
    shown = get_shown_items(items, answers)
    keys = {item.key for item in shown}
    pages = [{item.key for item in page} for page in split_into_pages(shown)]
    found = []
    for number, step in enumerate(split_into_steps(items)):
        step_items = tuple(item for item in step if item.key in keys)
        asked = {item.key for item in step_items if not is_structure(item)}
        # A step that asks nothing, with a heading or an ending alone, is left out.
        page = next((n for n, keys_on_page in enumerate(pages, 1) if asked & keys_on_page), None)
        if page is not None:
            found.append(Step(number, step_items, page, len(pages)))
    return found


def get_first_step(items: Items) -> Step:
    """Return the step that every reader begins with."""
    return next(iter(get_steps(items, {})), Step(0, ()))


def is_last_step(step: Step, items: Items) -> bool:
    """Return whether nothing can be asked after ``step``, whatever is answered in it."""
    later = split_into_steps(items)[step.number + 1 :]
    return all(is_structure(item) for step_items in later for item in step_items)


def get_last_key(items: Items, number: int) -> str:
    """Return the key of the last item of step ``number``, or of the survey beyond its steps."""
    steps = split_into_steps(items)
    return steps[min(number, len(steps) - 1)][-1].key


def find_next_step(items: Items, answers: Answers, number: int) -> Step | None:
    """Return the step after step ``number``, None if all questions have been asked."""
    return next((step for step in get_steps(items, answers) if step.number > number), None)


def find_previous_step(items: Items, answers: Answers, number: int) -> Step:
    """Return the step before step ``number``; the first step has none and is returned itself."""
    steps = get_steps(items, answers)
    earlier = [step for step in steps if step.number < number] or steps[:1]
    return earlier[-1] if earlier else Step(0, ())


def find_step_with_error(
    items: Items, answers: Answers, fields: Container[str], number: int
) -> Step:
    """Return the first step with one of the ``fields``, else step ``number`` or the one before."""
    steps = get_steps(items, answers)
    for step in steps:
        if any(item.field_name in fields for item in step.items):
            return step
    upto = [step for step in steps if step.number <= number] or steps
    return upto[-1] if upto else Step(0, ())


def merge_steps(items: Items, answers: Answers, number: int) -> Step:
    """Return all steps up to step ``number`` as one, for readers who can't send anything more."""
    steps = [step for step in get_steps(items, answers) if step.number <= number]
    return Step(number, tuple(item for step in steps for item in step.items))
