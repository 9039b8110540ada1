"""What publishing a draft would do to the answers so far."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.results.value_counts import ValueCounts, count_values

#: What became of a question or choice.
ANEW, RETIRED, BACK, RETIRED_ITEM = "anew", "retired", "back", "retired_item"


@dataclass(frozen=True)
class Change:
    """One thing that publishing would change, and how many answers there are so far.

    ``what`` is "anew" (a question whose meaning changed starts again; ``key`` is its former one),
    "retired" (a question is asked no longer), "back" (a question of former times is asked again,
    its answers go on counting) or "retired_item" (a choice is offered no longer).
    """

    what: str
    key: str
    label: str
    answers: int = 0
    item: str = ""
    item_label: str = ""


@dataclass(frozen=True)
class Changes:
    """All that publishing a draft would change in what is counted."""

    changes: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    @property
    def anew(self) -> tuple[Change, ...]:
        """Questions that would start again although they were answered already."""
        return tuple(c for c in self.changes if c.what == ANEW and c.answers)

    @property
    def token(self) -> str:
        """What an editor confirms: the same for the same questions that start again only."""
        text = "\\n".join(f"{change.key} {change.label}" for change in self.anew)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def find_changes(draft: Survey) -> Changes:
    """Return what publishing ``draft`` would change against the version that is live.

    Nothing for a survey that was never published.
    """
    before = selectors.get_published_definition(draft)
    if before is None:
        return Changes()
    asked = draft.definition()
    after = asked.following(before, questions, selectors.get_sibling_definitions(draft))
    found = [*_find_question_changes(asked, before, after), *_find_item_changes(before, after)]
    if not found:
        return Changes()
    given = count_values(
        survey_ids=selectors.get_family_ids(draft), only={change.key for change in found}
    )
    return Changes(
        tuple(replace(c, answers=count_answers_to(given, c.key, c.item)) for c in found),
    )


def count_answers_to(given: ValueCounts, question: str, item: str = "") -> int:
    """Return how many answers a question has, or how many of them say ``item``.

    What has parts (a row of a matrix, a place in a ranking) counts once for each part.
    """
    if not item:
        return given["", question, ANSWERED]
    return sum(
        count
        for (part, key, value), count in given.items()
        if (part, key) == ("", question) and item in value.split(":")
    )


def _get_keys(definition: Definition) -> Iterator[str]:
    return (question.key for question in definition.ever_asked())


def _find_question_changes(
    asked: Definition, before: Definition, after: Definition
) -> Iterator[Change]:
    live, ever = {q.key for q in before.questions}, set(_get_keys(before))
    replaced = set()
    for drafted, now in zip(asked.questions, after.questions, strict=True):
        if now.key in live or not questions.get(now.type).asks:
            continue
        former = _find_former_key(drafted.key, live)
        if former is not None:
            replaced.add(former)
            yield Change(ANEW, former, now.label)
        if now.key in ever:
            yield Change(BACK, now.key, now.label)
    for question in before.questions:
        gone = question.key not in {q.key for q in after.questions}
        if gone and question.key not in replaced and questions.get(question.type).asks:
            yield Change(RETIRED, question.key, question.label)


def _find_former_key(base: str, live: set[str]) -> str | None:
    """Return the key under which the block ``base`` is asked now, None when it is not."""
    if base in live:
        return base
    return next((key for key in live if _is_successor_key(key, base)), None)


def _is_successor_key(key: str, base: str) -> bool:
    head, _, number = key.rpartition("_")
    return head == base and number.isdecimal()


def _find_item_changes(before: Definition, after: Definition) -> Iterator[Change]:
    former = {q.key: q for q in before.questions}
    for now in after.questions:
        if now.key not in former:
            continue
        for name, item in iterate_retired_items(now):
            if item["key"] in {i["key"] for i in former[now.key].options.get(name, ())}:
                yield Change(
                    RETIRED_ITEM, now.key, now.label, item=item["key"], item_label=item["label"]
                )


def iterate_retired_items(question: Question) -> Iterator[tuple[str, dict[str, Any]]]:
    """Iterate over (name of the list, item) of all that a question offers no longer."""
    for name, items in question.options.items():
        if name.startswith("retired_"):
            for item in items:
                yield name.removeprefix("retired_"), item
