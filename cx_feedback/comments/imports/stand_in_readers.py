"""Readers whom no browser can claim, for the readers of a file, of whom it has a hash each."""

import uuid
from collections.abc import Iterable

from cx_feedback.comments.exports.vote_records import hash_reader_key
from cx_feedback.readers.models import Reader


def get_stand_in_key(reader_hash: str) -> uuid.UUID:
    """Return the secret key of the stand-in for a reader of a file."""
    return uuid.UUID(hex=hash_reader_key(f"stands for {reader_hash}"))


def find_stand_ins(reader_ids: Iterable[int]) -> set[int]:
    """Return the ids of the readers who stand for these, after a file of this site came back.

    Those of a file of another site can't be found, as its hashes have another key.
    """
    found = Reader.objects.filter(pk__in=reader_ids).values_list("key", flat=True)
    keys = [get_stand_in_key(hash_reader_key(key.hex)) for key in found]
    return set(Reader.objects.filter(key__in=keys).values_list("pk", flat=True))
