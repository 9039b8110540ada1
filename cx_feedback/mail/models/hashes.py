"""Keyed hashes of addresses and references."""

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings
from django.utils.encoding import force_bytes


def hash_address(address: str) -> str:
    """Return the keyed hash of an address, by which it stays suppressed after its erasure."""
    return compute_keyed_hash("cx_feedback.mail.suppression", address.strip().lower())


def compute_keyed_hash(salt: str, value: str) -> str:
    """Return what Django's ``salted_hmac`` returns with SHA-256, but derive the key only once."""
    keyed = _get_keyed_hmac(salt, settings.SECRET_KEY).copy()
    keyed.update(value.encode())
    return keyed.hexdigest()


@lru_cache(maxsize=16)
def _get_keyed_hmac(salt: str, secret: str | bytes) -> hmac.HMAC:
    key = hashlib.sha256(force_bytes(salt) + force_bytes(secret)).digest()
    return hmac.new(key, digestmod="sha256")
