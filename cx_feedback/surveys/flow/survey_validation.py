"""Validates a survey as its editor wrote it; errors are shown at the block that they are about."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail import blocks

from cx_feedback.surveys import questions
from cx_feedback.surveys.flow import piping, routing
from cx_feedback.surveys.questions.definitions import Question

NEEDS_NO_VALUE = ("answered", "not_answered")
#: Values of ``comparison`` whose answers are counted by key, so that they can have quotas.
COUNTED = ("keys", "list")


class QuestionsBlock(blocks.StreamBlock):
    """The stream of questions; when it is published, conditions must refer to earlier questions."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        if errors := find_flow_problems(get_stream_questions(cleaned)):
            raise blocks.StreamBlockValidationError(
                {
                    place: blocks.StructBlockValidationError(
                        {name: ValidationError(list(words)) for name, words in found.items()}
                    )
                    for place, found in errors.items()
                }
            )
        return cleaned


def get_stream_questions(stream: Any) -> list[Question]:
    """Return the questions of a stream in its present state."""
    stream.get_prep_value()  # blocks that have no id yet get one
    return [questions.get(c.block_type).build_question(str(c.id), c.value) for c in stream]


def find_flow_problems(items: Sequence[Question]) -> dict[int, dict[str, list[str]]]:
    """Return error messages by position of the block and name of the field."""
    found: dict[int, dict[str, list[str]]] = {}
    for place, item in enumerate(items):
        earlier = {q.key: q for q in items[:place]}
        wrong = {
            "show_if": list(_check_condition(item, earlier, {q.key: q for q in items})),
            "token": [_("Another question has this name.")]
            if item.token and item.token in {q.token for q in earlier.values()}
            else [],
            "label": list(_check_texts(item, earlier)),
        }
        if routing.is_ending(item) and not item.show_if and place < len(items) - 1:
            wrong["show_if"].append(_("Nobody gets past this ending. Add a condition."))
        if any(wrong.values()):
            found[place] = {name: words for name, words in wrong.items() if words}
    return found


def _check_condition(
    item: Question, earlier: dict[str, Question], every: dict[str, Question]
) -> Iterator[str]:
    for rule in item.show_if.get("rules") or []:
        asked = earlier.get(rule["question"])
        if not rule["question"]:
            yield _("Choose a question for each condition, or remove the condition.")
        elif asked is None:
            later = every.get(rule["question"])
            yield (
                _("It depends on “%(question)s”, which comes later.") % {"question": later.label}
                if later
                else _("It depends on a question that has been removed.")
            )
        elif rule["operator"] not in NEEDS_NO_VALUE:
            yield from _check_value(asked, rule["value"])


def _check_value(asked: Question, value: Any) -> Iterator[str]:
    values, named = value if isinstance(value, list) else [value], {"question": asked.label}
    if not values or any(v == "" for v in values):
        yield _("Choose what to compare the answer to “%(question)s” with.") % named
        return
    kind = questions.get(asked.type)
    keys = kind.get_condition_values(asked)
    if keys is not None and any(v not in keys for v in values):
        yield _("It depends on an option of “%(question)s” that has been removed.") % named
    if kind.comparison == "number" and any(isinstance(v, str) for v in values):
        yield _("The answer to “%(question)s” is a number: compare it with one.") % named


def _check_texts(item: Question, earlier: dict[str, Question]) -> Iterator[str]:
    known = {q.token for q in earlier.values() if q.token}
    for token in sorted(piping.find_tokens(item) - known):
        yield _("No earlier question has the placeholder name used in {{ %(name)s }}.") % {
            "name": token
        }


def find_quota_problems(items: Sequence[Question], quotas: Sequence[dict[str, Any]]) -> list[str]:
    """Return error messages for the quotas of a survey with these questions."""
    asked, seen, found = {q.key: q for q in items}, set(), []
    for quota in quotas:
        place = (quota["question"], quota["value"])
        question = asked.get(quota["question"])
        named = {"question": question.label if question else ""}
        if question is None:
            found.append(_("Choose a question for each quota, or remove the quota."))
        elif (kind := questions.get(question.type)).comparison not in COUNTED:
            found.append(_("“%(question)s” has no choices that a quota could count.") % named)
        elif quota["value"] not in (kind.get_condition_values(question) or ()):
            found.append(_("Choose the answer to “%(question)s” that the quota is for.") % named)
        elif place in seen:
            found.append(_("There are two quotas for one answer."))
        seen.add(place)
    return found
