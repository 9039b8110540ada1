"""Taking letters in that were set aside as spam."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.conversations.assignment.assignee_selection import assign_new_conversation
from cx_feedback.conversations.experiment.order_draw import draw_order
from cx_feedback.conversations.models import Conversation, ConversationEvent
from cx_feedback.conversations.services.answer_delivery import send_proof
from cx_feedback.conversations.services.changes import (
    Action,
    State,
    lock_conversation_of_reader,
    require_version,
    save_change,
    set_state,
)
from cx_feedback.conversations.services.letters import Suspicion, record_letter
from cx_feedback.conversations.services.merging import move_messages
from cx_feedback.core.errors import InvalidInput


@transaction.atomic
def accept_conversation(
    *,
    conversation_id: int,
    user: Any,
    seen: int,
    among: QuerySet[Conversation] | None = None,
) -> Conversation:
    """Take a letter out of the spam and return its conversation, which is new from then on.

    What was promised counts from when it came in. If its reader has an open conversation about the
    same matter by now, it joins that. Raises NotFound, ConversationConflict, and InvalidInput for
    what is not set aside.
    """
    conversation = lock_conversation_of_reader(conversation_id, among)
    require_version(conversation, seen)
    if conversation.state != State.SPAM:
        raise InvalidInput(fields={"state": [_("This conversation isn't set aside.")]})
    came_in = conversation.created_at
    open_ = Conversation.objects.open().filter(
        reader=conversation.reader_id, matter=conversation.matter
    )
    other = open_.select_for_update(no_key=True, of=("self",)).first()
    if other is None:
        take_in(conversation, Action.ACCEPT, user=user)
        return conversation
    conversation.waiting_since = came_in
    move_messages(conversation, other, user=user)
    record_letter(other, joined=True, at=came_in)
    send_proof(other, client_hash=None)
    return other


def take_in(conversation: Conversation, action: ConversationEvent.Action, *, user: Any) -> None:
    """Let a locked letter that was set aside begin, as if it had not been.

    It is assigned by the rules, what was promised counts from when it came in, and an address that
    isn't proved is asked whose it is.
    """
    came_in = conversation.created_at
    set_state(conversation, State.NEW, came_in)
    detail = assign_new_conversation(conversation)
    draw_order(conversation)
    save_change(
        conversation, action, now=timezone.now(), user=user, detail=detail, clocks_from=came_in
    )
    record_letter(conversation, joined=False, at=came_in)
    send_proof(conversation, client_hash=None)


def was_never_taken_in(conversation: Conversation) -> bool:
    """Return whether a conversation was set aside when it came in, and is so or closed since."""
    # Clocks begin as soon as a reader waits, whether something is promised or not.
    return conversation.kind == Conversation.Kind.LETTER and not conversation.clocks.exists()


def get_suspicions(events: list[ConversationEvent]) -> list[str]:
    """Return in words why a conversation was set aside, from its log."""
    named = [name for event in events for name in event.detail.get("suspicions", ())]
    labels = dict(Suspicion.choices)
    return [str(labels[name]) for name in dict.fromkeys(named) if name in labels]
