"""Conversations about comments that are questions to the author of a page."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.conversations.models import Conversation, ConversationMessage
from cx_feedback.conversations.models.conversations import NAME_LENGTH, SUBJECT_LENGTH
from cx_feedback.conversations.services.changes import (
    TEXT_LENGTH,
    Action,
    lock_reader,
    rebuild_search_text,
    save_change,
)
from cx_feedback.conversations.services.reader_messages import Matter, Writer, receive_message
from cx_feedback.core import signals
from cx_feedback.core.errors import InvalidInput, NotFound
from cx_feedback.readers.models import Reader

Direction = ConversationMessage.Direction


@dataclass(frozen=True)
class CommentQuestion:
    """A comment with the name and the address that its reader typed."""

    comment_id: int
    reader_id: int
    page_id: int
    #: Of the page.
    title: str
    name: str
    email: str
    text: str
    language: str


@transaction.atomic
def begin_conversation_with_comment(question: CommentQuestion) -> bool:
    """Begin a conversation to the author with a comment, or join the open one about the page.

    Returns False if the comment is in a conversation already.
    """
    lock_reader(question.reader_id)
    key = f"comment:{question.comment_id}"
    if ConversationMessage.objects.filter(idempotency_key=key).exists():
        return False
    reader = Reader.objects.get(pk=question.reader_id)
    email = question.email.lower()
    receive_message(
        reader=reader,
        matter=Matter(
            kind=Conversation.Kind.COMMENT,
            key=f"comment:{question.page_id}",
            page_id=question.page_id,
            subject=question.title[:SUBJECT_LENGTH],
            to_author=True,
        ),
        text=question.text[:TEXT_LENGTH],
        writer=Writer(
            name=question.name[:NAME_LENGTH],
            email=email,
            verified=email == reader.email,
            language=question.language or reader.language,
        ),
        idempotency_key=key,
        comment_id=question.comment_id,
    )
    return True


@dataclass(frozen=True)
class PageReply:
    """The comment that an answer is published below, as it was ``seen``.

    ``name`` is the public name of the editor, for an account without one.
    """

    comment_id: int
    seen: str
    name: str = ""


def publish_answer(
    *,
    conversation_id: int,
    text: str,
    user: Any,
    reply: PageReply,
    among: QuerySet[Conversation] | None = None,
) -> int:
    """Publish an answer below a comment of the conversation and return the id of the reply.

    Call it before the conversation is locked: whoever changes a comment locks the conversation
    after it. Raises NotFound, InvalidInput naming ``comment``, ``text`` or ``name``, and Conflict.
    """
    rows = Conversation.objects.all() if among is None else among
    conversation = rows.filter(pk=conversation_id).first()
    if conversation is None:
        raise NotFound
    asked = conversation.messages.filter(direction=Direction.FROM_READER)
    if not asked.filter(comment_id=reply.comment_id).exists():
        raise InvalidInput(fields={"comment": [_("Choose a comment of this conversation.")]})
    published = signals.collect_answers(
        signals.answer_to_comment,
        Conversation,
        comment_id=reply.comment_id,
        text=text,
        name=reply.name,
        user=user,
        seen=reply.seen,
    )
    if not published:
        raise InvalidInput(fields={"comment": [_("This comment no longer exists.")]})
    return int(published[0])


def get_mailed_recipients(comment_id: int) -> set[str]:
    """Return the addresses that get the reply ``comment_id`` by the mail of a conversation."""
    answers = ConversationMessage.objects.filter(comment_id=comment_id, by_mail=True)
    answers = answers.filter(direction=Direction.TO_READER).exclude(conversation__email="")
    return set(answers.values_list("conversation__email", flat=True))


def erase_copies(comment_ids: list[int]) -> int:
    """Erase the texts that conversations hold of comments; return the number of conversations.

    What editors answered stays.
    """
    copies = ConversationMessage.objects.filter(
        comment_id__in=comment_ids, direction=Direction.FROM_READER
    )
    ids = sorted(set(copies.exclude(text="").values_list("conversation", flat=True)))
    for pk in ids:
        _erase_copies_in(pk, copies)
    return len(ids)


@transaction.atomic
def _erase_copies_in(pk: int, copies: QuerySet[ConversationMessage]) -> None:
    conversation = Conversation.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if conversation is None:
        return
    copies.filter(conversation=pk).update(text="")
    rebuild_search_text(conversation)
    save_change(conversation, Action.REMOVE, now=timezone.now())
