"""Restoring a removed question or choice with its former key."""

import json
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail import blocks

from cx_feedback.core.errors import NotFound
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.editing.meaning_changes import count_answers_to, iterate_retired_items
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.definitions import Definition, Question, with_keys
from cx_feedback.surveys.results.value_counts import count_values


@dataclass(frozen=True)
class Retired:
    """A question that the draft lacks or, with ``item``, one of its choices."""

    question: str
    label: str
    answers: int
    item: str = ""
    item_label: str = ""
    #: What tells questions with the same words apart: the type, and the ends of a scale.
    kind: str = ""


def find_retired(draft: Survey) -> list[Retired]:
    """Return everything that was published and is missing in ``draft``, questions first.

    Questions of types that are no longer registered are left out.
    """
    before = selectors.get_published_definition(draft)
    if before is None:
        return []
    asked = draft.definition()
    after = asked.following(before, questions, selectors.get_sibling_definitions(draft))
    gone = [q for q in after.retired if _get_block(q) is not None and questions.get(q.type).asks]
    items = [(q, item) for q in after.questions for _name, item in iterate_retired_items(q)]
    if not gone and not items:
        return []
    keys = {q.key for q in gone} | {q.key for q, _item in items}
    given = count_values(survey_ids=selectors.get_family_ids(draft), only=keys)
    return [
        *(
            Retired(q.key, q.label, count_answers_to(given, q.key), kind=_describe_kind(q))
            for q in gone
        ),
        *(
            Retired(q.key, q.label, count_answers_to(given, q.key, i["key"]), i["key"], i["label"])
            for q, i in items
        ),
    ]


def _describe_kind(question: Question) -> str:
    """Return the name of a question's type, with the ends of a scale: "Agreement scale, 1–7"."""
    block, options = questions.get(question.type).block, question.options
    name = str(block().label) if block else question.type
    if "high" in options:
        return f"{name}, {options.get('low', 0)}–{options['high']}"
    return f"{name}, 1–{options['points']}" if "points" in options else name


@transaction.atomic
def restore_question(*, survey: Survey, question: str, item: str = "", user: Any = None) -> Survey:
    """Save a draft of ``survey`` with a retired question, or a choice of one, restored.

    Raises NotFound if there is nothing with these keys to restore.
    """
    draft = Survey.objects.select_for_update().get(pk=survey.pk).get_latest_revision_as_object()
    before = selectors.get_published_definition(draft)
    if before is None:
        raise NotFound(_get_missing_message())
    after = draft.definition().following(
        before, questions, selectors.get_sibling_definitions(draft)
    )
    raw = _get_raw_questions(draft, after)
    if item:
        _append_raw_item(raw, after, question, item)
    else:
        raw.insert(_find_insert_position(raw), _build_raw_question(after, question))
    draft.questions = draft.questions.stream_block.to_python(raw)
    draft.save_revision(user=user, log_action=True)
    return draft


def _get_missing_message() -> str:
    return _("There is nothing to restore with this name.")


def _get_raw_questions(draft: Survey, after: Definition) -> list[dict[str, Any]]:
    """Return the raw questions, each block with the key of its answers as its id.

    A question whose scale has changed is counted as "key_2" while the id of its block is still
    "key". Afterwards "key" is free for the former question. Conditions and quotas are adapted.
    """
    raw = json.loads(json.dumps(draft.questions.get_prep_value(), cls=DjangoJSONEncoder))
    keys = {block["id"]: q.key for block, q in zip(raw, after.questions, strict=True)}
    for block in raw:
        block["id"] = keys[block["id"]]
        if condition := block["value"].get("show_if"):
            block["value"]["show_if"] = with_keys(condition, keys)
    draft.quotas = [{**q, "question": keys.get(q["question"], q["question"])} for q in draft.quotas]
    return list(raw)


def _find_insert_position(raw: list[dict[str, Any]]) -> int:
    """Return the last position at which a question is still asked: before endings for everybody."""
    end = len(raw)
    while end and _is_ending(raw[end - 1]):
        end -= 1
    ends = (n for n, block in enumerate(raw) if _is_ending(block) and not _get_rules(block))
    return min(next(ends, end), end)


def _is_ending(block: dict[str, Any]) -> bool:
    return questions.get(block["type"]).is_ending


def _get_rules(block: dict[str, Any]) -> Any:
    return (block["value"].get("show_if") or {}).get("rules")


def _build_raw_question(after: Definition, key: str) -> dict[str, Any]:
    for question in after.retired:
        if question.key == key and _get_block(question) is not None:
            return {"type": question.type, "id": key, "value": build_raw_value(question)}
    raise NotFound(_get_missing_message())


def _append_raw_item(raw: list[dict[str, Any]], after: Definition, key: str, item: str) -> None:
    for question, block in zip(after.questions, raw, strict=True):
        for name, retired in iterate_retired_items(question):
            if question.key == key and retired["key"] == item:
                field = _get_block(question)().child_blocks[name]
                block["value"][name].append(_build_raw_item(field, retired))
                return
    raise NotFound(_get_missing_message())


def _get_block(question: Question) -> Any:
    return questions.get(question.type).block


def _build_raw_item(field: blocks.ListBlock, option: dict[str, Any]) -> dict[str, Any]:
    """Return the raw item of a list: a label, or a struct with the fields of the option."""
    inner, value = field.child_block, option["label"]
    if isinstance(inner, blocks.StructBlock):
        value = {name: option[name] for name in inner.child_blocks if name in option}
    return {"type": "item", "id": option["key"], "value": value}


def build_raw_value(question: Question) -> dict[str, Any]:
    """Return the raw block value for ``question``, with the keys of its lists.

    Fields of a block and options of a frozen question have the same names. Lists of choices are
    frozen as keys and labels.
    """
    frozen = {
        "label": question.label,
        "help": question.help,
        "required": question.required,
        "show_if": question.show_if,
        "token": question.token,
        **question.options,
    }
    fields = _get_block(question)().child_blocks
    return {
        name: _build_raw_field(field, frozen[name])
        for name, field in fields.items()
        if name in frozen
    }


def _build_raw_field(field: blocks.Block, frozen: Any) -> Any:
    if isinstance(field, blocks.ListBlock):
        return [_build_raw_item(field, option) for option in frozen]
    return frozen
