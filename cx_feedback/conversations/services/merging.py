"""Merging two conversations of a reader."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.conversations.models import (
    Conversation,
    ConversationLink,
    ConversationMessage,
    ConversationTag,
)
from cx_feedback.conversations.services.answer_delivery import send_waiting_answers
from cx_feedback.conversations.services.changes import (
    Action,
    State,
    extend_search_text,
    require_version,
    save_change,
    set_state,
)
from cx_feedback.core.errors import InvalidInput, NotFound
from cx_feedback.core.text.text_folding import get_case_key


@transaction.atomic
def merge_conversations(
    *,
    source_id: int,
    target_id: int,
    user: Any,
    seen: int,
    among: QuerySet[Conversation] | None = None,
) -> Conversation:
    """Move the messages of ``source`` to ``target`` of the same reader, and close the source.

    Its links lead to the target from then on. Raises InvalidInput naming ``target``.
    """
    rows = Conversation.objects.all() if among is None else among
    locked = rows.select_for_update(no_key=True, of=("self",)).order_by("pk")
    found = {row.pk: row for row in locked.filter(pk__in=[source_id, target_id])}
    if source_id not in found:
        raise NotFound
    source, target = found[source_id], found.get(target_id)
    require_version(source, seen)
    if (
        target is None
        or target.pk == source.pk
        or target.reader_id != source.reader_id
        or target.state in (State.CLOSED, State.SPAM)
        or source.state == State.SPAM
    ):
        error = _("Choose another open conversation of the same reader.")
        raise InvalidInput(fields={"target": [error]})
    move_messages(source, target, user=user)
    return target


def move_messages(source: Conversation, target: Conversation, *, user: Any = None) -> None:
    """Move all that was written in a locked conversation to another, and close it.

    The other goes on with a proved address, if either has one, and answers that waited for it are
    mailed.
    """
    now = timezone.now()
    ConversationMessage.objects.filter(conversation=source).update(conversation=target)
    ConversationLink.objects.filter(conversation=source).update(conversation=target)
    has = {get_case_key(name) for name in target.tags.values_list("name", flat=True)}
    ConversationTag.objects.bulk_create(
        ConversationTag(conversation=target, name=name)
        for name in source.tags.values_list("name", flat=True)
        if get_case_key(name) not in has
    )
    extend_search_text(target, source.search_text)
    waits = [at for at in (source.waiting_since, target.waiting_since) if at]
    if waits:
        set_state(target, State.OPEN if target.state != State.NEW else State.NEW, now)
        target.waiting_since = min(waits)
    answered = [at for at in (source.first_answer_at, target.first_answer_at) if at]
    target.first_answer_at = min(answered) if answered else None
    target.last_message_at = max(source.last_message_at, target.last_message_at)
    set_state(source, State.CLOSED, now)
    source.outcome, source.merged_into = Conversation.Outcome.MERGED, target
    if source.verified and not target.verified:
        target.email, target.verified = source.email, True
    save_change(source, Action.MERGE, now=now, user=user, detail={"into": target.pk})
    save_change(target, Action.MERGE, now=now, user=user, detail={"from": source.pk})
    send_waiting_answers(target)
