"""Conversations that begin by a rule, with readers who allow to be written to."""

from dataclasses import dataclass
from typing import Any

import swapper
from django.db import transaction

from cx_feedback.conversations.models import CheckedResponse, Conversation, ConversationRule
from cx_feedback.conversations.models.conversations import SUBJECT_LENGTH
from cx_feedback.conversations.rules.active_rules import find_rules
from cx_feedback.conversations.services.changes import TEXT_LENGTH
from cx_feedback.conversations.services.reader_messages import Matter, Writer, receive_message
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.rooms.response_descriptions import ResponseDescription, describe_response
from cx_feedback.core.rooms.titles import get_given_answers
from cx_feedback.core.text import email_addresses
from cx_feedback.core.text.text_cleaning import clean_text, has_visible_text
from cx_feedback.readers.models import Activity, Reader


@dataclass(frozen=True)
class GivenResponse:
    """The activity of a response."""

    activity_id: int
    reader_id: int
    kind: str
    page_id: int | None
    object_id: int
    detail: dict[str, Any]


@transaction.atomic
def begin_conversation_by_rule(response: GivenResponse) -> Conversation | None:
    """Begin the conversation about a response that a rule names, or join the open one.

    The first rule that fits counts. Returns None if none does, or if the reader hasn't allowed to
    be written to. The responses of a reader to one survey are one matter. A response that was
    checked before is left alone: the receiver and the sweep may both come to it.
    """
    _row, is_new = CheckedResponse.objects.get_or_create(activity_id=response.activity_id)
    rule = _find_rule(response) if is_new else None
    described = describe_response(response.object_id) if rule else None
    text = clean_text(described.text)[:TEXT_LENGTH] if described else ""
    # The response is stored all the same.
    if rule is None or described is None or not has_visible_text(text):
        return None
    reader = Reader.objects.get(pk=response.reader_id)
    writer = _find_writer(rule, reader, described)
    if writer is None:
        return None
    low = response.detail.get("class") == "detractor"
    received = receive_message(
        reader=reader,
        matter=Matter(
            kind=Conversation.Kind.DETRACTOR if low else Conversation.Kind.ANSWER,
            key=f"response:{response.detail.get('survey', 0)}",
            page_id=response.page_id,
            subject=described.title[:SUBJECT_LENGTH],
            assignee_id=rule.assignee_id,
        ),
        text=text,
        writer=writer,
        idempotency_key=f"activity:{response.activity_id}",
    )
    return received.conversation


def _find_rule(response: GivenResponse) -> ConversationRule | None:
    """Return the first rule that fits; responses from before it was active don't count."""
    ids = find_rules(response.kind, response.detail)
    if not ids:
        return None
    at = Activity.objects.values_list("at", flat=True).get(pk=response.activity_id)
    rows = ConversationRule.objects.filter(pk__in=ids, active=True, active_since__lte=at)
    rules = list(rows.select_related("section").order_by("pk"))
    given: set[str] = set()
    if any(rule.answers for rule in rules):
        given = get_given_answers([response.object_id]).get(response.object_id, set())
    path = _get_path(response.page_id) if any(rule.section_id for rule in rules) else ""
    return next((rule for rule in rules if _fits(rule, given, path)), None)


def _fits(rule: ConversationRule, given: set[str], path: str) -> bool:
    if rule.trigger == ConversationRule.Trigger.ANSWER and given.isdisjoint(rule.answers):
        return False
    return rule.section is None or path.startswith(rule.section.path)


def _get_path(page_id: int | None) -> str:
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(pk=page_id)
    return pages.values_list("path", flat=True).first() or ""


def _find_writer(
    rule: ConversationRule, reader: Reader, described: ResponseDescription
) -> Writer | None:
    """Return who is written to, None for a reader who hasn't allowed it.

    Who left an address in the response has read beside the field what it is for.
    """
    try:
        left = email_addresses.clean_address(described.email) if described.email else ""
    except InvalidInput:  # an address that no mail server takes
        left = ""
    language = described.language or reader.language
    if left:
        return Writer(email=left, verified=left == reader.email, language=language)
    if rule.with_known_address and reader.email:
        return Writer(email=reader.email, verified=True, language=language)
    return None
