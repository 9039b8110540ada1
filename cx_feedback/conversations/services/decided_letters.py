"""Letters that editors have called spam or honest, from which the spam filter learns."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from cx_feedback.conversations.models import (
    Conversation,
    ConversationEvent,
    ConversationMessage,
)
from cx_feedback.core.rooms.decided_texts import DecidedText

Action, State = ConversationEvent.Action, Conversation.State


def get_decided_letters(most: int) -> list[DecidedText]:
    """Return the first messages of decided letters, newest first, at most ``most`` of each kind.

    Spam is what an editor closed as spam; honest is what one took out of the spam or answered.
    What the filter itself set aside, and nobody has looked at, teaches nothing.
    """
    first = ConversationMessage.objects.filter(
        conversation=OuterRef("pk"), direction=ConversationMessage.Direction.FROM_READER
    ).order_by("pk")
    letters = Conversation.objects.filter(kind=Conversation.Kind.LETTER)
    letters = letters.annotate(first_text=Subquery(first.values("text")[:1])).order_by("-pk")
    is_spam = Q(state=State.CLOSED, outcome=Conversation.Outcome.SPAM)
    decided = (
        (True, letters.filter(_done(Action.CLOSE, Action.ANSWER), is_spam)),
        (False, letters.filter(_done(Action.ACCEPT, Action.ANSWER)).exclude(is_spam)),
    )
    return [
        DecidedText(text, name, kind)
        for kind, rows in decided
        for text, name in _list_texts(rows, most)
    ]


def _done(*actions: ConversationEvent.Action) -> Exists:
    """Return the condition that an editor has done one of ``actions`` with the conversation."""
    done = ConversationEvent.objects.filter(conversation=OuterRef("pk"), action__in=actions)
    return Exists(done.filter(user__isnull=False))


def _list_texts(rows: QuerySet[Any], most: int) -> list[tuple[str, str]]:
    texts = rows.exclude(state=State.SPAM).filter(first_text__gt="")
    return list(texts.values_list("first_text", "name")[:most])
