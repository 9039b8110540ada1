"""Conversations about comments that are questions to the author of a page."""

from dataclasses import dataclass

from django.db import transaction

from cx_feedback.conversations.models import Conversation, ConversationMessage
from cx_feedback.conversations.models.conversations import NAME_LENGTH, SUBJECT_LENGTH
from cx_feedback.conversations.services.changes import TEXT_LENGTH, lock_reader
from cx_feedback.conversations.services.reader_messages import Matter, Writer, receive_message
from cx_feedback.readers.models import Reader


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
    )
    return True
