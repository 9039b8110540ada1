"""The reader of a request, by cookie: never on a page view, never from another site."""

import uuid
from typing import TypeVar

from django.http import HttpRequest
from django.utils.translation import get_language

from cx_feedback.core import conf
from cx_feedback.core.database.fast_insert import get_by_unique_column
from cx_feedback.core.http import idempotency_keys
from cx_feedback.core.http.cross_site import may_use_cookies
from cx_feedback.readers import services
from cx_feedback.readers.models import Reader

R = TypeVar("R", Reader, Reader | None)


def get_reader(request: HttpRequest) -> Reader | None:
    """Return the reader of the request's cookie, None if the cookie may not be used."""
    key = _read_key(request) if may_use_cookies(request) else None
    return apply_tracking_refusal(
        request, None if key is None else get_by_unique_column(Reader, "key", key)
    )


def apply_tracking_refusal(request: HttpRequest, reader: R) -> R:
    """Mark ``reader`` as untracked if the request refuses tracking; return ``reader``."""
    if reader is not None:
        reader.untracked = refuses_tracking(request)
    return reader


def _read_key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.COOKIES.get(conf.get("COOKIE_NAME"), ""))
    except ValueError:
        return None


def get_or_create_reader(request: HttpRequest, language: str = "") -> Reader | None:
    """Return the reader of an act, creating one for the first act.

    Returns None for a request without an origin. It acts without a reader, because its cookies
    can't be trusted.
    """
    if not may_use_cookies(request):
        return None
    return get_reader(request) or services.create_reader(language=language or get_language() or "")


def get_speaker(request: HttpRequest) -> services.Speaker | None:
    """Return the actor of an act like ``get_or_create_reader``, without any query.

    ``services.record_act`` looks up or creates the reader, in one statement with the rows of the
    act if the database can.
    """
    if not may_use_cookies(request):
        return None
    return services.Speaker(
        _read_key(request), language=get_language() or "", untracked=refuses_tracking(request)
    )


def get_sender_of_request(request: HttpRequest) -> idempotency_keys.Sender:
    """Return the sender of ``request``, by which repeats are recognized."""
    return idempotency_keys.get_sender(
        request, _read_key(request) if may_use_cookies(request) else None
    )


def refuses_tracking(request: HttpRequest) -> bool:
    """Return whether the browser refuses tracking with Sec-GPC."""
    return request.headers.get("Sec-GPC") == "1"
