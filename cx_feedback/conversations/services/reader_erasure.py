"""Erasing a conversation for its reader, and deleting old ones."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from cx_feedback.conversations.mails import conversation_mails
from cx_feedback.conversations.models import Conversation, ConversationMessage
from cx_feedback.core.retention_periods import get_cutoff, is_unlimited
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery

#: Rows of one transaction of the nightly deletion.
BATCH_SIZE = 500


@transaction.atomic
def erase_conversation(*, conversation_id: int) -> bool:
    """Delete a conversation with its messages and mails; return whether it was there."""
    return bool(_delete(Conversation.objects.filter(pk=conversation_id)))


def find_old_conversations(now: datetime.datetime | None = None) -> list[QuerySet[Any]]:
    """Return what has been closed, or set aside as spam, for CONVERSATIONS_CLOSED_DAYS."""
    if is_unlimited("closed_conversations"):
        return [Conversation.objects.none()]
    cutoff = get_cutoff("closed_conversations", now=now)
    set_aside = Q(state=Conversation.State.SPAM, created_at__lt=cutoff)
    return [Conversation.objects.filter(Q(closed_at__lt=cutoff) | set_aside)]


def delete_old_conversations(*, now: datetime.datetime | None = None) -> int:
    """Delete what ``find_old_conversations`` returns and return the number of conversations."""
    (old,) = find_old_conversations(now)
    done = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH_SIZE]):
        with transaction.atomic():
            done += _delete(old.filter(pk__in=ids))
    return done


def _delete(rows: QuerySet[Conversation]) -> int:
    """Delete conversations and their mails; return the number of conversations."""
    ids = list(rows.select_for_update().values_list("pk", flat=True))
    messages = ConversationMessage.objects.filter(conversation__in=ids)
    answers = messages.filter(direction=ConversationMessage.Direction.TO_READER)
    names = [f"{conversation_mails.ANSWER}{pk}" for pk in answers.values_list("pk", flat=True)]
    names += [f"{conversation_mails.LINK}{pk}" for pk in ids]
    mail.delete_deliveries(Delivery.objects.filter(Q(mailing__in=names)))
    counts = Conversation.objects.filter(pk__in=ids).delete()[1]
    return counts.get(Conversation._meta.label, 0)
