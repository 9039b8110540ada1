"""The reader of a request, by cookie: never on a page view, never from another site.

A front end of a trusted origin, which gets no cookies, sends the reader's key in a header instead.
"""

import uuid
from typing import TypeVar

from django.http import HttpRequest

from cx_feedback.core import conf
from cx_feedback.core.database.fast_insert import get_by_unique_column
from cx_feedback.core.http import idempotency_keys
from cx_feedback.core.http.cors import READER_HEADER
from cx_feedback.core.http.cross_site import is_trusted_origin, may_use_cookies
from cx_feedback.core.text import languages
from cx_feedback.readers import services
from cx_feedback.readers.identity.tracking_refusal import refuses_tracking
from cx_feedback.readers.models import Reader

R = TypeVar("R", Reader, Reader | None)


def get_reader(request: HttpRequest) -> Reader | None:
    """Return the reader of the request's cookie, None if the cookie may not be used."""
    key = read_reader_key(request) if may_use_cookies(request) else None
    return apply_tracking_refusal(
        request, None if key is None else get_by_unique_column(Reader, "key", key)
    )


def apply_tracking_refusal(request: HttpRequest, reader: R) -> R:
    """Mark ``reader`` as untracked if the request refuses tracking; return ``reader``."""
    if reader is not None:
        reader.untracked = refuses_tracking(request)
    return reader


def read_reader_key(request: HttpRequest) -> uuid.UUID | None:
    """Return the reader's key in the header of a front end of a trusted origin, or in the cookie.

    Whether the request may be of a reader at all is for the caller to ask.
    """
    sent = request.headers.get(READER_HEADER, "") if is_trusted_origin(request) else ""
    try:
        return uuid.UUID(
            sent.partition(";")[0].strip() or request.COOKIES.get(conf.get("COOKIE_NAME"), "")
        )
    except ValueError:
        return None


def get_or_create_reader(request: HttpRequest, language: str = "") -> Reader | None:
    """Return the reader of an act, creating one for the first act.

    Returns None for a request without an origin. It acts without a reader, because its cookies
    can't be trusted.
    """
    if not may_use_cookies(request):
        return None
    return get_reader(request) or services.create_reader(
        language=language or languages.get_current_language()
    )


def get_speaker(request: HttpRequest) -> services.Speaker | None:
    """Return the actor of an act like ``get_or_create_reader``, without any query.

    ``services.record_act`` looks up or creates the reader, in one statement with the rows of the
    act if the database can.
    """
    if not may_use_cookies(request):
        return None
    return services.Speaker(
        read_reader_key(request),
        language=languages.get_current_language(),
        untracked=refuses_tracking(request),
    )


def get_sender_of_request(request: HttpRequest) -> idempotency_keys.Sender:
    """Return the sender of ``request``, by which repeats are recognized."""
    return idempotency_keys.get_sender(
        request, read_reader_key(request) if may_use_cookies(request) else None
    )
