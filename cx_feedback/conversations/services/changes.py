"""Changes of a conversation: its lock, the version that was seen, its states and its log.

Call the functions inside of a transaction.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from cx_feedback.conversations.models import (
    Conversation,
    ConversationEvent,
    ConversationMessage,
)
from cx_feedback.conversations.promise.clock_updates import update_clocks
from cx_feedback.core.errors import Conflict, InvalidInput, NotFound
from cx_feedback.core.text.search_folding import fold_for_search
from cx_feedback.core.text.text_cleaning import clean_text, has_visible_text
from cx_feedback.readers.models import Reader

State, Action = Conversation.State, ConversationEvent.Action
#: Characters of a message, of those of a conversation that are found, and of a note on an event.
TEXT_LENGTH, SEARCH_LENGTH = 10_000, 40_000
#: The most events that a conflict shows, and the most messages of a rebuilt search text.
MOST_EVENTS, MOST_SEARCHED = 20, 500
#: What neither begins nor ends a promised time.
_WITHOUT_CLOCKS = (Action.NOTE, Action.TAG, Action.RATE, Action.REMOVE)


@dataclass(frozen=True)
class ChangedConversation:
    """A conversation as it is now, and what was done since it was seen, in order."""

    conversation: Conversation
    events: list[ConversationEvent]


class ConversationConflict(Conflict):
    """The conversation has changed since it was seen; ``current`` is a ChangedConversation."""

    title = pgettext_lazy(
        "conversation",
        "This conversation has changed since you opened it. Read what is new, then send again.",
    )

    def __init__(self, conversation: Conversation, events: list[ConversationEvent]) -> None:
        super().__init__(current=ChangedConversation(conversation, events))


def lock_conversation(pk: int, among: QuerySet[Conversation] | None = None) -> Conversation:
    """Lock and return a conversation of ``among``; raises NotFound."""
    rows = Conversation.objects.all() if among is None else among
    found = rows.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def lock_reader(reader_id: int) -> None:
    """Lock a reader, so that nobody else begins or opens a conversation of the same reader."""
    list(Reader.objects.select_for_update(no_key=True).filter(pk=reader_id).values_list("pk"))


def lock_conversation_of_reader(
    pk: int, among: QuerySet[Conversation] | None = None
) -> Conversation:
    """Do the same as ``lock_conversation`` for what may open a conversation: its reader first."""
    rows = Conversation.objects.all() if among is None else among
    reader_id = rows.filter(pk=pk).values_list("reader", flat=True).first()
    if reader_id is not None:
        lock_reader(reader_id)
    return lock_conversation(pk, among)


def require_version(conversation: Conversation, seen: int | None) -> None:
    """Raise ConversationConflict unless ``seen`` is the version of the locked conversation.

    None is for what needs no look at it, such as a letter of the reader.
    """
    if seen is None or seen == conversation.version:
        return
    events = conversation.events.filter(version__gt=seen).select_related("user")
    raise ConversationConflict(conversation, list(events.order_by("version", "pk")[:MOST_EVENTS]))


def save_change(
    conversation: Conversation,
    action: ConversationEvent.Action,
    *,
    now: datetime.datetime,
    user: Any = None,
    detail: dict[str, Any] | None = None,
    clocks_from: datetime.datetime | None = None,
) -> None:
    """Store the changed fields of a locked conversation as its next version, and log it.

    Promised times that begin with it count from ``clocks_from``, by default from ``now``.
    """
    conversation.version += 1
    if action not in _WITHOUT_CLOCKS:
        update_clocks(
            conversation=conversation,
            now=clocks_from or now,
            answered=action == Action.ANSWER,
            user_id=getattr(user, "pk", None),
        )
    conversation.save()
    ConversationEvent.objects.create(
        conversation=conversation,
        action=action,
        user=user,
        version=conversation.version,
        detail=detail or {},
        created_at=now,
    )


def set_state(
    conversation: Conversation, state: Conversation.State, now: datetime.datetime
) -> None:
    """Set the state of a locked conversation, and the times that follow from it.

    The reader waits in every state but "waiting", "closed" and "spam", from the first moment on.
    """
    conversation.state = state
    if state != State.SNOOZED:
        conversation.snoozed_until = None
    if state == State.CLOSED:
        conversation.closed_at = now
    else:
        conversation.closed_at, conversation.outcome = None, ""
    if state in (State.WAITING, State.CLOSED, State.SPAM):
        conversation.waiting_since = None
    elif conversation.waiting_since is None:
        conversation.waiting_since = now


def add_message(
    conversation: Conversation,
    direction: ConversationMessage.Direction,
    text: str,
    *,
    now: datetime.datetime,
    author: Any = None,
    idempotency_key: str = "",
    comment_id: int | None = None,
    by_mail: bool = True,
) -> ConversationMessage:
    """Store a message of a locked conversation, which the caller saves."""
    message = ConversationMessage.objects.create(
        conversation=conversation,
        direction=direction,
        text=text,
        author=author,
        created_at=now,
        idempotency_key=idempotency_key,
        comment_id=comment_id,
        by_mail=by_mail,
    )
    extend_search_text(conversation, text)
    if direction != ConversationMessage.Direction.NOTE:
        conversation.last_message_at = now
    return message


def extend_search_text(conversation: Conversation, text: str) -> None:
    """Add ``text`` to what is found of a conversation, which the caller saves."""
    found = f"{conversation.search_text} {fold_for_search(text[:SEARCH_LENGTH])}".strip()
    conversation.search_text = found[:SEARCH_LENGTH]


def rebuild_search_text(conversation: Conversation) -> None:
    """Work out what is found of a conversation from what it still has; the caller saves it."""
    conversation.search_text = ""
    known = f"{conversation.name} {conversation.email} {conversation.subject}"
    for text in [known, *conversation.messages.values_list("text", flat=True)[:MOST_SEARCHED]]:
        extend_search_text(conversation, text)


def clean_message(value: str) -> str:
    """Return the text of a message; raises InvalidInput naming ``text``."""
    length = len(value) - value.count("\r\n")
    if length > TEXT_LENGTH:
        error = _("Your text has %(length)d characters; the limit is %(limit)d.")
        raise InvalidInput(fields={"text": [error % {"length": length, "limit": TEXT_LENGTH}]})
    text = clean_text(value)
    if not has_visible_text(text):
        raise InvalidInput(fields={"text": [_("Write your text first.")]})
    return text
