"""Decisions of editors: answer, note, assign, snooze, close, reopen, tag.

Each carries the version that its editor saw. ``among`` holds the conversations that the editor may
decide on.
"""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.conversations.models import (
    Conversation,
    ConversationMessage,
    ConversationTag,
)
from cx_feedback.conversations.permissions import get_editors, may_answer
from cx_feedback.conversations.services.answer_delivery import send_answer, send_proof
from cx_feedback.conversations.services.changes import (
    Action,
    State,
    add_message,
    clean_message,
    lock_conversation,
    lock_conversation_of_reader,
    require_version,
    save_change,
    set_state,
)
from cx_feedback.conversations.services.comment_questions import PageReply, publish_answer
from cx_feedback.conversations.services.mentions import store_mentions
from cx_feedback.conversations.services.spam_decisions import take_in, was_never_taken_in
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.people.account_ids import format_account_id, parse_account_id
from cx_feedback.core.text.text_folding import get_case_key

Among = QuerySet[Conversation] | None
Direction, Outcome = ConversationMessage.Direction, Conversation.Outcome
#: Outcomes that editors choose.
CHOOSABLE_OUTCOMES = (Outcome.SOLVED, Outcome.ANSWERED, Outcome.NO_ANSWER_NEEDED, Outcome.SPAM)
#: The most tags of a conversation, and the longest time that one is snoozed for.
MOST_TAGS, LONGEST_SNOOZE = 20, datetime.timedelta(days=366)


@transaction.atomic
def answer_conversation(
    *,
    conversation_id: int,
    text: str,
    user: Any,
    seen: int,
    outcome: str = "",
    among: Among = None,
    on_page: PageReply | None = None,
    by_mail: bool = True,
) -> ConversationMessage:
    """Store an answer, mail it to a proved address, and wait for the reader.

    With ``on_page`` it is published below a comment of the conversation, beside the mail or in its
    stead. If the one can't be done, neither is. An unproved address that a reader left in a
    response is asked now whose it is. That of a letter was asked when the letter came.

    With an ``outcome`` the conversation is closed. Who answers what nobody has is assigned to it.
    Raises InvalidInput for the text, ConversationConflict, InvalidInput for a closed one, and the
    errors of ``publish_answer``.
    """
    text = clean_message(text)
    closes = _read_outcome(outcome) if outcome else ""
    comment_id = on_page and publish_answer(
        conversation_id=conversation_id, text=text, user=user, reply=on_page, among=among
    )
    conversation = lock_conversation(conversation_id, among)
    require_version(conversation, seen)
    _require_open(conversation)
    now = timezone.now()
    where: dict[str, Any] = {"comment_id": comment_id, "by_mail": by_mail or comment_id is None}
    message = add_message(conversation, Direction.TO_READER, text, now=now, author=user, **where)
    conversation.first_answer_at = conversation.first_answer_at or now
    conversation.assignee_id = conversation.assignee_id or user.pk
    set_state(conversation, State.CLOSED if closes else State.WAITING, now)
    conversation.outcome = closes
    detail = {"message": message.pk, **({"outcome": closes} if closes else {})}
    save_change(conversation, Action.ANSWER, now=now, user=user, detail=detail)
    is_told = not message.by_mail or send_answer(message)
    if not is_told and conversation.kind != Conversation.Kind.LETTER:
        send_proof(conversation, client_hash=None)
    return message


@transaction.atomic
def add_note(
    *, conversation_id: int, text: str, user: Any, seen: int | None = None, among: Among = None
) -> ConversationMessage:
    """Store a note that only editors see. It changes no state, also of a closed conversation.

    Accounts that it mentions as ``@username`` get a mail, if they may answer the conversation.
    """
    text = clean_message(text)
    conversation = lock_conversation(conversation_id, among)
    require_version(conversation, seen)
    now = timezone.now()
    message = add_message(conversation, Direction.NOTE, text, now=now, author=user)
    save_change(conversation, Action.NOTE, now=now, user=user, detail={"message": message.pk})
    store_mentions(message)
    return message


@transaction.atomic
def assign_conversation(
    *, conversation_id: int, assignee: Any, user: Any, seen: int, among: Among = None
) -> Conversation:
    """Assign a conversation to an account that may answer it, or with None to nobody."""
    conversation = lock_conversation(conversation_id, among)
    require_version(conversation, seen)
    if assignee is not None and not (assignee.is_active and may_answer(assignee, conversation)):
        raise _refuse_assignee()
    now = timezone.now()
    conversation.assignee = assignee
    if conversation.state == State.NEW and assignee is not None:
        set_state(conversation, State.OPEN, now)
    detail = {"assignee": format_account_id(assignee and assignee.pk)}
    save_change(conversation, Action.ASSIGN, now=now, user=user, detail=detail)
    return conversation


def assign_to_account(*, account_id: Any, **common: Any) -> Conversation:
    """Assign a conversation to the account of an ID as forms and programs send it.

    None and "" are for nobody. Raises InvalidInput naming ``assignee``.
    """
    if account_id in (None, ""):
        return assign_conversation(assignee=None, **common)
    pk = parse_account_id(account_id)
    assignee = get_editors().filter(pk=pk).first() if pk else None
    if assignee is None:
        raise _refuse_assignee()
    return assign_conversation(assignee=assignee, **common)


@transaction.atomic
def snooze_conversation(
    *,
    conversation_id: int,
    until: datetime.datetime | None,
    user: Any,
    seen: int,
    among: Among = None,
) -> Conversation:
    """Put a conversation aside until a moment in the future, at most a year."""
    now = timezone.now()
    if until is None or not now < until <= now + LONGEST_SNOOZE:
        raise InvalidInput(fields={"until": [_("Choose a moment within the next year.")]})
    conversation = lock_conversation(conversation_id, among)
    require_version(conversation, seen)
    _require_open(conversation)
    set_state(conversation, State.SNOOZED, now)
    conversation.snoozed_until = until
    detail = {"until": until.isoformat()}
    save_change(conversation, Action.SNOOZE, now=now, user=user, detail=detail)
    return conversation


@transaction.atomic
def close_conversation(
    *, conversation_id: int, outcome: str, user: Any, seen: int, among: Among = None
) -> Conversation:
    """Close a conversation with an outcome; a closed one gets the new outcome."""
    found = _read_outcome(outcome)
    conversation = lock_conversation(conversation_id, among)
    require_version(conversation, seen)
    _refuse_merged(conversation)
    now = timezone.now()
    set_state(conversation, State.CLOSED, now)
    conversation.outcome = found
    save_change(conversation, Action.CLOSE, now=now, user=user, detail={"outcome": found})
    return conversation


@transaction.atomic
def reopen_conversation(
    *, conversation_id: int, user: Any, seen: int, among: Among = None
) -> Conversation:
    """Open a closed or snoozed conversation again; raises InvalidInput if the reader has another.

    A conversation that was merged stays closed, since its messages are in the other one. A letter
    that was closed as spam and set aside before is new.
    """
    conversation = lock_conversation_of_reader(conversation_id, among)
    require_version(conversation, seen)
    same = Conversation.objects.open().filter(
        reader=conversation.reader_id, matter=conversation.matter
    )
    other = same.exclude(pk=conversation.pk).first()
    if conversation.state == State.SPAM:
        _require_open(conversation)
    _refuse_merged(conversation)
    if other is not None:
        error = _("The reader has another open conversation about this: number %d.")
        raise InvalidInput(fields={"state": [error % other.pk]})
    if was_never_taken_in(conversation):
        take_in(conversation, Action.REOPEN, user=user)
        return conversation
    now = timezone.now()
    set_state(conversation, State.OPEN, now)
    save_change(conversation, Action.REOPEN, now=now, user=user)
    return conversation


@transaction.atomic
def tag_conversation(
    *, conversation_id: int, names: list[str], user: Any, seen: int | None = None,
    among: Among = None,
) -> Conversation:  # fmt: skip
    """Give a conversation exactly these tags; raises InvalidInput naming ``tags``."""
    cleaned = (" ".join(name.split()) for name in names)
    wanted = {get_case_key(name): name for name in cleaned if name}
    if len(wanted) > MOST_TAGS or any(len(n) > ConversationTag.LONGEST for n in wanted.values()):
        error = _("At most %(n)d tags of at most %(length)d characters.")
        limits = {"n": MOST_TAGS, "length": ConversationTag.LONGEST}
        raise InvalidInput(fields={"tags": [error % limits]})
    conversation = lock_conversation(conversation_id, among)
    require_version(conversation, seen)
    present = {get_case_key(tag.name): tag for tag in conversation.tags.all()}
    if present.keys() == wanted.keys():
        return conversation
    gone = [tag.pk for key, tag in present.items() if key not in wanted]
    ConversationTag.objects.filter(pk__in=gone).delete()
    ConversationTag.objects.bulk_create(
        ConversationTag(conversation=conversation, name=name)
        for key, name in wanted.items()
        if key not in present
    )
    save_change(conversation, Action.TAG, now=timezone.now(), user=user)
    return conversation


def wake_conversations(*, now: datetime.datetime | None = None) -> int:
    """Open the conversations whose time has come again; return their number.

    Runs may meet: each locks the rows that it opens.
    """
    now, done = now or timezone.now(), 0
    while True:
        with transaction.atomic():
            due = Conversation.objects.filter(state=State.SNOOZED, snoozed_until__lte=now)
            row = due.select_for_update(skip_locked=True).order_by("snoozed_until").first()
            if row is None:
                return done
            set_state(row, State.OPEN, now)
            save_change(row, Action.WAKE, now=now)
            done += 1


def _require_open(conversation: Conversation) -> None:
    if conversation.state == State.SPAM:
        error = _("This is set aside as spam. Say first that it isn't.")
        raise InvalidInput(fields={"state": [error]})
    if conversation.state == State.CLOSED:
        error = _("This conversation is closed. Open it again first.")
        raise InvalidInput(fields={"state": [error]})


def _refuse_merged(conversation: Conversation) -> None:
    if conversation.outcome == Outcome.MERGED:
        error = _("This conversation was merged with another, which has its messages.")
        raise InvalidInput(fields={"state": [error]})


def _refuse_assignee() -> InvalidInput:
    return InvalidInput(fields={"assignee": [_("This account may not answer this conversation.")]})


def _read_outcome(outcome: str) -> str:
    if outcome not in CHOOSABLE_OUTCOMES:
        raise InvalidInput(fields={"outcome": [_("Choose an outcome.")]})
    return outcome
