"""Keyed hashes of addresses and references."""

import hashlib
import hmac
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.utils.encoding import force_bytes

from cx_feedback.core.text.secret_keys import get_secret_keys

_SUPPRESSION = "cx_feedback.mail.suppression"


def hash_address(address: str) -> str:
    """Return the keyed hash of an address, by which it stays suppressed after its erasure."""
    return compute_keyed_hash(_SUPPRESSION, address.strip().lower())


def hash_address_by_each_key(address: str) -> list[str]:
    """Return all hashes of an address that may be stored, by earlier keys of the site too."""
    address = address.strip().lower()
    return [compute_keyed_hash(_SUPPRESSION, address, key) for key in get_secret_keys()]


def map_hashes(addresses: Iterable[str]) -> dict[str, str]:
    """Return the addresses by each of their hashes."""
    return {each: address for address in addresses for each in hash_address_by_each_key(address)}


def compute_keyed_hash(salt: str, value: str, secret: str | bytes | None = None) -> str:
    """Return what Django's ``salted_hmac`` returns with SHA-256, but derive the key only once."""
    keyed = _get_keyed_hmac(salt, settings.SECRET_KEY if secret is None else secret).copy()
    keyed.update(value.encode())
    return keyed.hexdigest()


@lru_cache(maxsize=16)
def _get_keyed_hmac(salt: str, secret: str | bytes) -> hmac.HMAC:
    key = hashlib.sha256(force_bytes(salt) + force_bytes(secret)).digest()
    return hmac.new(key, digestmod="sha256")
