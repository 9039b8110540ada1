"""Which questions a reader is asked, on which page; pure, as ``rules``.

A page break's condition holds for its whole page. A question that is not shown has no answer
for what comes later, so that whole branches fall away. An ending that is reached ends the
survey: nothing after it is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cx_feedback.surveys.flow import piping
from cx_feedback.surveys.flow.rules import find_condition_questions, matches_condition
from cx_feedback.surveys.questions.definitions import Question

PAGE_BREAK, ENDING = "page_break", "ending"
#: What makes no page of its own.
STRUCTURE_TYPES = (PAGE_BREAK, ENDING)


@dataclass
class Route:
    """A reader's way from the first question on; ``answers`` are those that count so far."""

    answers: dict[str, Any] = field(default_factory=dict)
    ending: Question | None = None
    _page_shown: bool = True

    def shows(self, item: Question) -> bool:
        """Return whether the next item is shown. Ask once for each, in order.

        Add the answer to a shown question to ``answers`` before asking about the next one.
        """
        if self.ending is not None:
            return False
        if item.type == PAGE_BREAK:
            self._page_shown = matches_condition(item.show_if, self.answers)
            return self._page_shown
        shown = self._page_shown and matches_condition(item.show_if, self.answers)
        if shown and item.type == ENDING:
            self.ending = item
        return shown


def get_shown_items(items: Sequence[Question], answers: Mapping[str, Any]) -> list[Question]:
    """Return what a reader with these answers is shown, page breaks and the ending included."""
    walk, found = Route(), []
    for item in items:
        if walk.shows(item):
            found.append(item)
            if item.key in answers:
                walk.answers[item.key] = answers[item.key]
    return found


def find_ending(items: Sequence[Question], answers: Mapping[str, Any]) -> Question | None:
    """Return the ending that a reader with these answers reaches, None for the usual one."""
    walk = Route(dict(answers))
    for item in items:
        walk.shows(item)
    return walk.ending


def split_into_pages(items: Sequence[Question]) -> list[list[Question]]:
    """Cut what is shown into pages; a page on which nothing stands but its heading is none."""
    found: list[list[Question]] = [[]]
    for item in items:
        if item.type == PAGE_BREAK:
            found.append([])
        found[-1].append(item)
    return [page for page in found if any(item.type not in STRUCTURE_TYPES for item in page)]


def split_into_steps(items: Sequence[Question]) -> list[list[Question]]:
    """Cut a survey for those without JavaScript: into forms whose questions are all known.

    A step ends where a page ends, and before an item that looks at an answer of the same step.
    """
    found: list[list[Question]] = [[]]
    for item in items:
        here = {earlier.key for earlier in found[-1]}
        after_ending = bool(found[-1]) and found[-1][-1].type == ENDING
        looks_at = find_condition_questions(item.show_if) | piping.find_piped_questions(item, items)
        if found[-1] and (item.type == PAGE_BREAK or looks_at & here or after_ending):
            found.append([])
        found[-1].append(item)
    return found


def has_flow(items: Sequence[Question]) -> bool:
    """Return whether there is more to a survey than one page of questions for everybody."""
    return any(
        item.show_if.get("rules")
        or item.type in STRUCTURE_TYPES
        or piping.find_piped_questions(item, items)
        for item in items
    )
