"""Letters: messages of readers by the form "write to us"."""

import datetime
import re
from dataclasses import dataclass
from typing import Literal

from django.db import models, transaction
from django.utils.translation import pgettext_lazy

from cx_feedback.conversations.models import Conversation
from cx_feedback.conversations.services.answer_delivery import send_proof
from cx_feedback.conversations.services.reader_messages import (
    Matter,
    ReceivedMessage,
    Writer,
    receive_message,
)
from cx_feedback.core import signals
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader

#: To whom a letter goes.
Addressee = Literal["editors", "author"]
#: Addresses of pages, and the most of them in a letter from an address that isn't proved.
LINK, MOST_LINKS = re.compile(r"https?://|\bwww\.", re.IGNORECASE), 5


class Suspicion(models.TextChoices):
    """A reason to set a letter aside."""

    TRAP = "trap", pgettext_lazy("conversation", "a field that readers don't see was filled in")
    LINKS = "links", pgettext_lazy("conversation", "many links, from an address not proved")
    WORDS = "words", pgettext_lazy("conversation", "it reads like spam to the filter of comments")


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
    #: Whether the field that readers do not see was filled in.
    trapped: bool = False


@transaction.atomic
def store_letter(
    *, letter: Letter, reader: Reader, client_hash: str = "", idempotency_key: str = ""
) -> ReceivedMessage:
    """Store a letter and its activity "letter", and ask an unproved address whose it is.

    Letters about a page to the same addressee are one matter. One to the author of the page is
    assigned to its owner, who answers if they may. What reads like spam is set aside, and neither
    recorded nor mailed about before an editor takes it in (``spam_decisions``).
    """
    verified = reader.email == letter.email
    suspicions = find_suspicions(letter, reader, verified=verified)
    received = receive_message(
        reader=reader,
        matter=Matter(
            kind=Conversation.Kind.LETTER,
            key=get_matter_key(letter),
            page_id=letter.page_id,
            subject=letter.subject,
            to_author=letter.to == "author",
        ),
        text=letter.text,
        writer=Writer(letter.name, letter.email, verified, letter.language),
        idempotency_key=idempotency_key,
        suspicions=suspicions,
    )
    if not suspicions:
        record_letter(received.conversation, joined=received.joined)
        send_proof(received.conversation, client_hash=client_hash)
    return received


def get_matter_key(letter: Letter) -> str:
    """Return the key of the matter of a letter: its addressee and its page."""
    return f"letter:{letter.to}:{letter.page_id or 0}"


def record_letter(
    conversation: Conversation, *, joined: bool, at: datetime.datetime | None = None
) -> None:
    """Record a letter in the ledger of activities, by default as of now."""
    readers.record_act(
        reader=conversation.reader,
        kind="letter",
        page_id=conversation.page_id,
        object_id=conversation.pk,
        detail={"joined": joined},
        at=at,
    )


def find_suspicions(letter: Letter, reader: Reader, *, verified: bool) -> tuple[str, ...]:
    """Return why a letter is set aside as spam, as values of ``Suspicion``; () if it isn't.

    What joins an open conversation with a proved address is not suspected.
    """
    if letter.trapped:
        return (Suspicion.TRAP,)
    if verified and _has_open(letter, reader):
        return ()
    found = []
    if not verified and len(LINK.findall(letter.text)) > MOST_LINKS:
        found.append(Suspicion.LINKS)
    asked = {
        "text": letter.text,
        "name": letter.name,
        "email": letter.email,
        "page_id": letter.page_id,
        "language": letter.language,
        "verified": verified,
    }
    if any(signals.collect_answers(signals.spam_asked, Conversation, **asked)):
        found.append(Suspicion.WORDS)
    return tuple(found)


def _has_open(letter: Letter, reader: Reader) -> bool:
    rows = Conversation.objects.open().filter(reader=reader, matter=get_matter_key(letter))
    return rows.exists()
