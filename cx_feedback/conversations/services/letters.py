"""Letters: messages of readers by the form "write to us"."""

from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from cx_feedback.conversations.models import Conversation
from cx_feedback.conversations.services.answer_delivery import send_proof
from cx_feedback.conversations.services.reader_messages import (
    Matter,
    ReceivedMessage,
    Writer,
    receive_message,
)
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader

#: To whom a letter goes.
Addressee = Literal["editors", "author"]


@dataclass(frozen=True)
class Letter:
    """A letter that is ready to be stored: every field was checked and cleaned."""

    text: str
    name: str
    email: str
    subject: str = ""
    to: Addressee = "editors"
    page_id: int | None = None
    language: str = ""


@transaction.atomic
def store_letter(
    *, letter: Letter, reader: Reader, client_hash: str = "", idempotency_key: str = ""
) -> ReceivedMessage:
    """Store a letter and its activity "letter", and ask an unproved address whose it is.

    Letters about a page to the same addressee are one matter. One to the author of the page is
    assigned to its owner, who answers if they may.
    """
    verified = reader.email == letter.email
    received = receive_message(
        reader=reader,
        matter=Matter(
            kind=Conversation.Kind.LETTER,
            key=f"letter:{letter.to}:{letter.page_id or 0}",
            page_id=letter.page_id,
            subject=letter.subject,
            to_author=letter.to == "author",
        ),
        text=letter.text,
        writer=Writer(letter.name, letter.email, verified, letter.language),
        idempotency_key=idempotency_key,
    )
    readers.record_act(
        reader=reader,
        kind="letter",
        page_id=letter.page_id,
        object_id=received.conversation.pk,
        detail={"joined": received.joined},
    )
    send_proof(received.conversation, client_hash=client_hash)
    return received
