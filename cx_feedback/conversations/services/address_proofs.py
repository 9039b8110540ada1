"""Proofs that an address is the reader's: by the button behind the link in a mail."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from cx_feedback.conversations.mails import conversation_mails
from cx_feedback.conversations.models import Conversation
from cx_feedback.conversations.services.answer_delivery import send_waiting_answers
from cx_feedback.conversations.services.changes import State, lock_reader
from cx_feedback.conversations.services.merging import move_messages
from cx_feedback.core.errors import InvalidInput
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader


@dataclass(frozen=True)
class ProofResult:
    """A conversation whose address is proved, its reader, and whether it was proved just now."""

    conversation: Conversation
    reader: Reader
    is_new: bool


@transaction.atomic
def prove_address(*, conversation_id: int, key: str) -> ProofResult:
    """Prove the address of all conversations that the same browser began with it.

    They become those of the reader who owns the address, and answers that waited are mailed.
    Can be called twice. Raises InvalidInput naming ``link`` if the conversation is gone.
    """
    first = Conversation.objects.select_related("reader").filter(pk=conversation_id).first()
    if first is None or conversation_mails.get_address_key(first.email) != key:
        raise InvalidInput(fields={"link": [_("This conversation no longer exists.")]})
    if first.verified:
        return ProofResult(first, first.reader, is_new=False)
    owner = _get_owner(first.reader, first.email)
    for reader_id in sorted({first.reader_id, owner.pk}):
        lock_reader(reader_id)
    rows = Conversation.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    for row in rows.filter(reader=first.reader_id, email=first.email, verified=False):
        _give_to_owner(row, owner)
    first.refresh_from_db()
    return ProofResult(first.merged_into or first, owner, is_new=True)


def _get_owner(reader: Reader, email: str) -> Reader:
    """Return the reader who owns the proved address. A reader has one address."""
    if reader.email == email:
        return reader
    if not reader.email:
        return readers.confirm_email(reader=reader, email=email)
    begun = readers.create_reader(language=reader.language)
    owner = readers.confirm_email(reader=begun, email=email)
    if owner != begun:
        begun.delete()
    return owner


def _give_to_owner(row: Conversation, owner: Reader) -> None:
    """Make a locked conversation the owner's, or part of the one that the owner has open."""
    row.verified = True
    same = Conversation.objects.open().filter(reader=owner, matter=row.matter)
    other = same.exclude(pk=row.pk).select_for_update(no_key=True, of=("self",)).first()
    if other is not None and row.state not in (State.CLOSED, State.SPAM):
        move_messages(row, other)
        return
    row.reader = owner
    row.save(update_fields=["verified", "reader"])
    send_waiting_answers(row)
