"""Keys and paths: the position of a comment in its thread, known before it is stored.

A key consists of the comment's time and random bits, so that concurrent siblings never wait for
each other. A path is the keys from the root down. Sorting by path gives the reading order.
"""

import datetime
import hashlib
import secrets
from typing import Any

from django.db import models

#: Digits of a key in base 36: 42 bits of milliseconds since 1970 and 25 random bits.
WIDTH = 13
#: Levels in a path. Deeper replies are ordered by time below the last level.
LEVELS = 32

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_RANDOM_BITS = 25


class KeyField(models.CharField):
    """Text of lower-case digits and letters that sorts byte by byte on every database."""

    def db_parameters(self, connection: Any) -> Any:
        parameters: dict[str, Any] = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def new_key(at: datetime.datetime) -> str:
    """Return a key for a comment written ``at`` (aware): 13 characters, sorted by time."""
    return _make_key(at, secrets.randbits(_RANDOM_BITS))


def derived_key(at: datetime.datetime, source: str, external_id: str) -> str:
    """Return the key of an imported comment: the same whenever it is imported.

    Other systems store whole seconds. Of comments of one second, those with lower numbers come
    first.
    """
    digest = hashlib.sha256(f"{source}\0{external_id}".encode()).digest()
    random_bits = int.from_bytes(digest[:4], "big")
    if external_id.isascii() and external_id.isdigit():
        random_bits = (int(external_id) % 2**15) << 10 | random_bits % 2**10
    return _make_key(at, random_bits % 2**_RANDOM_BITS)


def _make_key(at: datetime.datetime, random_bits: int) -> str:
    milliseconds = max(0, int(at.timestamp() * 1000))
    number = (milliseconds << _RANDOM_BITS) | random_bits
    digits = []
    while number:
        number, digit = divmod(number, 36)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits)).rjust(WIDTH, "0")[-WIDTH:]


def is_key(value: str) -> bool:
    """Return whether ``value`` could be a key, before it goes near a query."""
    return len(value) == WIDTH and all(char in _DIGITS for char in value)


def is_path(value: str) -> bool:
    """Return whether ``value`` could be a path."""
    whole = 0 < len(value) <= WIDTH * LEVELS and len(value) % WIDTH == 0
    return whole and all(char in _DIGITS for char in value)


def path_below(parent_path: str, key: str) -> str:
    """Return the path of a comment with ``key`` that answers the one at ``parent_path``."""
    return parent_path[: WIDTH * (LEVELS - 1)] + key


def build_position(parent: Any, key: str) -> dict[str, Any]:
    """Return the fields that place a comment with ``key`` below ``parent``, None for the thread."""
    if parent is None:
        return {"parent": None, "root_id": None, "key": key, "path": key, "depth": 0}
    return {
        "parent": parent,
        "root_id": parent.root_id or parent.pk,
        "key": key,
        "path": path_below(parent.path, key),
        "depth": parent.depth + 1,
    }


def paths_above(path: str) -> list[str]:
    """Return the paths of all comments above the one at ``path``, root first."""
    return [path[:end] for end in range(WIDTH, len(path), WIDTH)]
