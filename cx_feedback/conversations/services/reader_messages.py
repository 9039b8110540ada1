"""Messages of readers: each begins a conversation or joins the open one about its matter."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.conversations.assignment.assignee_selection import assign_new_conversation
from cx_feedback.conversations.experiment.order_draw import draw_order
from cx_feedback.conversations.models import (
    Conversation,
    ConversationEvent,
    ConversationMessage,
)
from cx_feedback.conversations.services.changes import (
    Action,
    State,
    add_message,
    clean_message,
    extend_search_text,
    lock_conversation,
    lock_conversation_of_reader,
    lock_reader,
    save_change,
    set_state,
)
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text.text_cleaning import clean_text
from cx_feedback.readers.models import Reader

Direction, Outcome = ConversationMessage.Direction, Conversation.Outcome


@dataclass(frozen=True)
class Matter:
    """The subject matter of a conversation; ``key`` names it among those of the same reader.

    A new conversation is for the author of the page if it is to them, otherwise for the account
    ``assignee_id``. If they are away or may not answer it, or there is none, assignment rules say
    who gets it.
    """

    kind: str
    key: str
    page_id: int | None = None
    subject: str = ""
    to_author: bool = False
    assignee_id: int | None = None


@dataclass(frozen=True)
class Writer:
    """The name and the address that a reader gave, and whether the address was proved."""

    name: str = ""
    email: str = ""
    verified: bool = False
    language: str = ""


@dataclass(frozen=True)
class ReceivedMessage:
    """A stored message; ``joined`` says whether its conversation was there before."""

    conversation: Conversation
    message: ConversationMessage
    joined: bool


@transaction.atomic
def receive_message(
    *,
    reader: Reader,
    matter: Matter,
    text: str,
    writer: Writer | None = None,
    idempotency_key: str = "",
    comment_id: int | None = None,
    suspicions: tuple[str, ...] = (),
) -> ReceivedMessage:
    """Store what a reader wrote. The reader waits for an answer from then on.

    ``comment_id`` is the comment whose text it is. With ``suspicions`` it is set aside as spam: it
    joins no open conversation, and nobody waits. Raises InvalidInput naming ``text``.
    """
    text, writer, now = clean_message(text), writer or Writer(), timezone.now()
    lock_reader(reader.pk)
    state = State.SPAM if suspicions else State.NEW
    find = _find_set_aside if suspicions else _find_open
    conversation = find(reader.pk, matter.key) or _begin(reader, matter, writer, now, state)
    joined = conversation.version > 0
    if joined and conversation.state not in (State.NEW, State.SPAM):
        set_state(conversation, State.OPEN, now)
    message = add_message(
        conversation,
        Direction.FROM_READER,
        text,
        now=now,
        idempotency_key=idempotency_key,
        comment_id=comment_id,
    )
    if not conversation.email or (writer.verified and not conversation.verified):
        conversation.email, conversation.verified = writer.email, writer.verified
    action: ConversationEvent.Action = Action.JOIN if joined else Action.BEGIN
    detail: dict[str, Any] = {"message": message.pk}
    if suspicions:
        detail["suspicions"] = list(suspicions)
    elif not joined:
        detail |= assign_new_conversation(conversation, assignee_id=matter.assignee_id)
        draw_order(conversation)
    save_change(conversation, action, now=now, detail=detail)
    return ReceivedMessage(conversation, message, joined)


def _find_set_aside(reader_id: int, matter: str) -> Conversation | None:
    rows = Conversation.objects.filter(reader=reader_id, matter=matter, state=State.SPAM)
    return rows.select_for_update(no_key=True, of=("self",)).order_by("pk").first()


def _find_open(reader_id: int, matter: str) -> Conversation | None:
    rows = Conversation.objects.open().filter(reader=reader_id, matter=matter)
    return rows.select_for_update(no_key=True, of=("self",)).first()


def _begin(
    reader: Reader, matter: Matter, writer: Writer, now: datetime.datetime, state: str
) -> Conversation:
    """Return a new conversation with version 0 that nobody has."""
    is_new = state == State.NEW
    # It is a header of mails, and titles of pages and surveys may have line breaks.
    subject = clean_text(matter.subject, one_line=True)
    row = Conversation(
        reader=reader,
        kind=matter.kind,
        matter=matter.key,
        page_id=matter.page_id,
        subject=subject,
        to_author=matter.to_author,
        state=state,
        name=writer.name,
        email=writer.email,
        verified=writer.verified,
        language=writer.language[:12],
        version=0,
        created_at=now,
        waiting_since=now if is_new else None,
    )
    extend_search_text(row, f"{writer.name} {writer.email} {subject}")
    row.save(force_insert=True)
    return row


@transaction.atomic
def answer_by_reader(
    *, conversation_id: int, text: str, idempotency_key: str = ""
) -> ReceivedMessage:
    """Store what a reader wrote in a conversation; a closed one is opened again.

    If the reader has begun another about the same matter by now, it is stored there. Raises
    InvalidInput naming ``text``.
    """
    text, now = clean_message(text), timezone.now()
    conversation = lock_conversation_of_reader(conversation_id)
    if conversation.state == State.CLOSED:
        conversation = _find_open(conversation.reader_id, conversation.matter) or conversation
    was_closed = conversation.state == State.CLOSED
    if conversation.state != State.NEW:
        set_state(conversation, State.OPEN, now)
    message = add_message(
        conversation, Direction.FROM_READER, text, now=now, idempotency_key=idempotency_key
    )
    action: ConversationEvent.Action = Action.REOPEN if was_closed else Action.JOIN
    save_change(conversation, action, now=now, detail={"message": message.pk})
    return ReceivedMessage(conversation, message, joined=True)


@transaction.atomic
def close_by_reader(*, conversation_id: int) -> Conversation:
    """Close a conversation for its reader; a closed one stays as it is."""
    conversation = lock_conversation(conversation_id)
    if conversation.state != State.CLOSED:
        now = timezone.now()
        set_state(conversation, State.CLOSED, now)
        conversation.outcome = Outcome.BY_READER
        save_change(conversation, Action.CLOSE, now=now, detail={"outcome": Outcome.BY_READER})
    return conversation


@transaction.atomic
def rate_conversation(*, conversation_id: int, rating: int | None) -> Conversation:
    """Store how easy it was to get an answer, from 1 to 7; a later rating replaces it."""
    conversation = lock_conversation(conversation_id)
    if rating is None or not 1 <= rating <= 7:
        raise InvalidInput(fields={"rating": [_("Choose a number from 1 to 7.")]})
    if conversation.first_answer_at is None:
        raise InvalidInput(fields={"rating": [_("There is no answer to rate yet.")]})
    if rating == conversation.rating:
        return conversation
    now = timezone.now()
    conversation.rating, conversation.rated_at = rating, now
    save_change(conversation, Action.RATE, now=now, detail={"rating": rating})
    return conversation
