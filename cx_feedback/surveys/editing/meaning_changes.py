"""The effects that publishing a draft would have on existing answers."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.questions.definitions import (
    Definition,
    Question,
    is_successor_key,
)
from cx_feedback.surveys.results.value_counts import ValueCounts, count_values

#: Kinds of changes to a question or choice.
ANEW, RETIRED, BACK, RETIRED_ITEM = "anew", "retired", "back", "retired_item"


@dataclass(frozen=True)
class Change:
    """One change that publishing would make, and the number of answers that it affects.

    ``what`` is "anew" (a question starts again because its meaning has changed; ``key`` is the
    former one), "retired" (a question is no longer asked), "back" (a former question is asked
    again and keeps its answers) or "retired_item" (a choice is no longer offered).
    """

    what: str
    key: str
    label: str
    answers: int = 0
    item: str = ""
    item_label: str = ""


@dataclass(frozen=True)
class Changes:
    """All changes to the counted answers that publishing a draft would make."""

    changes: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    @property
    def anew(self) -> tuple[Change, ...]:
        """Return the answered questions that would start again."""
        return tuple(c for c in self.changes if c.what == ANEW and c.answers)

    @property
    def token(self) -> str:
        """Return the token that an editor confirms; it names the questions that start again."""
        text = "\\n".join(f"{change.key} {change.label}" for change in self.anew)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def find_changes(draft: Survey) -> Changes:
    """Return the changes between the live version and ``draft``.

    There are none for a survey that was never published.
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
    """Return the number of answers to a question, or of those with the choice ``item``.

    Answers with parts, such as the rows of a matrix, count once for each part.
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
    """Return the key under which the block ``base`` is asked now, None if it is not."""
    if base in live:
        return base
    return next((key for key in live if is_successor_key(key, base)), None)


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
    """Iterate over (name of the list, item) of all retired items of a question."""
    for name, items in question.options.items():
        if name.startswith("retired_"):
            for item in items:
                yield name.removeprefix("retired_"), item
