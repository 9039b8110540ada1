"""Telling a repeat from somebody else who says the same.

A form that is sent three times on a slow server is one answer; fifty readers of one cached page
who all give a 9 are fifty. What tells them apart is who sends it: the reader's cookie, else the
client behind the request, its network address and what its browser says of itself. Two people
behind one address, with the same browser in the same language and without a cookie yet, cannot be
told from one who presses twice: whoever says the very same of the very same page within the
window counts once then. With JavaScript each form brings a key of its own, so they count as two.

The keys made here stand under a unique constraint of the row that is stored, so that it holds
for any number of processes and needs no cache.
"""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.throttles import get_client_hash

#: How long the same once more, without a key, is taken for the same press of a button.
WINDOW = timedelta(seconds=10)
#: The most characters of a key, and what a stored key of a form without one begins with.
LENGTH, PRESS = 64, "press:"
#: What a browser says of itself, beside its address.
_HEADERS = ("User-Agent", "Accept-Language", "Sec-CH-UA", "Sec-CH-UA-Platform")


@dataclass(frozen=True)
class Sender:
    """Who sends a request: the key in the reader's cookie, "" without one, and the client."""

    reader: str = ""
    client: str = ""


def get_sender(request: HttpRequest, reader_key: uuid.UUID | None) -> Sender:
    """Return who sends ``request``; ``reader_key`` is of the cookie, if it may speak."""
    said = "\0".join(request.headers.get(name, "") for name in _HEADERS)
    client = hashlib.sha256(f"{get_client_hash(request)}\0{said}".encode()).hexdigest()
    return Sender(reader_key.hex if reader_key else "", client)


@dataclass(frozen=True)
class Keys:
    """The keys that a request may have stored its row under: the one to store under first.

    ``before`` are those of the same browser before it had its cookie: a row under one of them is
    the sender's only if it belongs to the reader of the cookie.
    """

    own: str
    before: tuple[str, ...] = ()
    #: Where ``own`` may be another reader's, who chose the same: what to store under then.
    instead: str = ""
    #: How long a row under these keys is the same act; None for as long as it is there.
    window: timedelta | None = None


NO_KEYS = Keys("")


def get_header_keys(key: str, sender: Sender | None) -> Keys:
    """Return the keys of an Idempotency-Key; raises InvalidInput for one that is none.

    A UUID is the sender's whatever the network: an answer that got lost on the way is asked for
    again from another address, and by then with the cookie that came with it. What can be
    guessed ("1", an article's name) is the key of one reader, and the same of another is another.
    """
    errors: dict[str, list[str]] = {}
    check_idempotency_key(key, errors)
    if errors:
        raise InvalidInput(fields=errors)
    if not key or sender is None:
        return Keys(key)
    own = _build_keys("key:", key, sender)
    if not is_secret(key):
        return own
    return Keys(key, instead=own.own if sender.reader else "")


def check_idempotency_key(key: str, errors: dict[str, list[str]]) -> None:
    """Add to ``errors`` what is wrong with an Idempotency-Key."""
    if len(key) > LENGTH or not key.isprintable():
        errors["Idempotency-Key"] = [_("At most 64 printable characters.")]


def get_submission_keys(what: Any, sender: Sender | None, window: timedelta = WINDOW) -> Keys:
    """Return the keys of a form that brings none: what it says, which is JSON, and who says it."""
    if sender is None:
        return NO_KEYS
    said = json.dumps(what, sort_keys=True, default=str)
    found = _build_keys(PRESS, said, sender)
    return Keys(found.own, found.before, window=window)


def _build_keys(prefix: str, what: str, sender: Sender) -> Keys:
    client = _keyed_digest(prefix, what, f"client:{sender.client}")
    if not sender.reader:
        return Keys(client)
    return Keys(_keyed_digest(prefix, what, f"reader:{sender.reader}"), before=(client,))


def _keyed_digest(prefix: str, what: str, who: str) -> str:
    hashed = salted_hmac("cx_feedback.repeats", f"{who}\0{what}", algorithm="sha256").hexdigest()
    return prefix + hashed[: LENGTH - len(prefix)]


def was_seen(keys: Keys) -> bool:
    """Note ``keys`` for their window; return whether this was noted before.

    By the cache, so only for what may be a little off when each process has a cache of its own.
    """
    seconds = (keys.window or WINDOW).total_seconds()
    return not cache.add(f"cx:{keys.own}", 1, seconds)


def is_secret(key: str) -> bool:
    """Return whether a key is one that nobody but its sender's browser can know."""
    try:
        return bool(uuid.UUID(key))
    except ValueError:
        return False
