"""Distinguishing a repeated request from an equal request of another reader.

A form that is sent three times to a slow server is one answer. Fifty readers of a cached page who
all answer 9 are fifty answers. They are distinguished by their sender: the reader's cookie, or
else the client, which is the network address and the headers of the browser. Two people with the
same address and browser and without a cookie can't be distinguished from a double click, so their
equal answers on the same page within the window count once. With JavaScript each form has a key of
its own, so they count as two.

The keys are stored under a unique constraint of the row, which works for any number of processes
and without a cache.
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
from cx_feedback.core.http.client_address import get_client_hash

#: Time in which an equal request without a key counts as the same submission.
WINDOW = timedelta(seconds=10)
#: The most characters of a key, and the prefix of the keys of forms without one.
LENGTH, PRESS = 64, "press:"
#: Headers that identify a browser, besides its address.
_HEADERS = ("User-Agent", "Accept-Language", "Sec-CH-UA", "Sec-CH-UA-Platform")


@dataclass(frozen=True)
class Sender:
    """The sender of a request: the key in the reader's cookie ("" without one), and the client."""

    reader: str = ""
    client: str = ""


def get_sender(request: HttpRequest, reader_key: uuid.UUID | None) -> Sender:
    """Return the sender of ``request``; ``reader_key`` comes from the cookie, if it may be used."""
    said = "\0".join(request.headers.get(name, "") for name in _HEADERS)
    client = hashlib.sha256(f"{get_client_hash(request)}\0{said}".encode()).hexdigest()
    return Sender(reader_key.hex if reader_key else "", client)


@dataclass(frozen=True)
class Keys:
    """The keys under which a request may have stored its row; ``own`` is the one for a new row.

    ``before`` are the keys of the same browser before it had a cookie. A row with one of them
    belongs to the sender only if its reader is that of the cookie.
    """

    own: str
    before: tuple[str, ...] = ()
    #: The key to use if ``own`` is already used by another reader who chose the same.
    instead: str = ""
    #: Time in which a row with these keys is the same act; None for no limit.
    window: timedelta | None = None


NO_KEYS = Keys("")


def get_header_keys(key: str, sender: Sender | None) -> Keys:
    """Return the keys of an Idempotency-Key; raises InvalidInput for an invalid one.

    A UUID identifies the request whatever the sender: after a lost response, the request may be
    repeated from another address and with the new cookie. A key that can be guessed ("1", the
    name of an article) is only valid for its sender.
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
    """Add the errors of an Idempotency-Key to ``errors``."""
    if len(key) > LENGTH or not (key.isascii() and key.isprintable()):
        errors["Idempotency-Key"] = [_("At most 64 printable ASCII characters.")]


def get_submission_keys(what: Any, sender: Sender | None, window: timedelta = WINDOW) -> Keys:
    """Return the keys of a form without one, from its content (as JSON) and its sender."""
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
    """Record ``keys`` in the cache for their window; return whether they were recorded before.

    Only for uses that tolerate errors if each process has a cache of its own.
    """
    seconds = (keys.window or WINDOW).total_seconds()
    return not cache.add(f"cx:{keys.own}", 1, seconds)


def is_secret(key: str) -> bool:
    """Return whether only the browser of the sender can know a key."""
    try:
        return bool(uuid.UUID(key))
    except ValueError:
        return False
