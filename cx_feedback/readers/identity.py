"""The reader behind a request: by cookie, never on a page view, never from another site."""

import uuid

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language

from cx_feedback.core import conf, repeats
from cx_feedback.core.origin import may_use_cookies
from cx_feedback.core.rows import find
from cx_feedback.readers import services
from cx_feedback.readers.models import Reader


def reader_of(request: HttpRequest) -> Reader | None:
    """Return the reader whom the request's cookie names, None when it may not speak."""
    key = _key_in(request) if may_use_cookies(request) else None
    return None if key is None else find(Reader, "key", key)


def _key_in(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.COOKIES.get(conf.get("COOKIE_NAME"), ""))
    except ValueError:
        return None


def reader_for_act(request: HttpRequest, language: str = "") -> Reader | None:
    """Return the reader who acts, a new one at the first act.

    None for a request that says nothing of its origin: it acts without a reader, because no
    cookie of it may be believed and none would come back.
    """
    if not may_use_cookies(request):
        return None
    return reader_of(request) or services.begin(
        language=language or get_language() or "", day=timezone.localdate()
    )


def speaker_of(request: HttpRequest) -> services.Speaker | None:
    """Return who acts as ``reader_for_act`` does, but look nobody up and store none.

    ``services.act`` does both, together with what the act stores where the database can.
    """
    if not may_use_cookies(request):
        return None
    return services.Speaker(_key_in(request), language=get_language() or "")


def sender_of(request: HttpRequest) -> repeats.Sender:
    """Return by what a repeat of ``request`` is told from what somebody else sends."""
    return repeats.sender_of(request, _key_in(request) if may_use_cookies(request) else None)


def remember(
    request: HttpRequest, response: HttpResponseBase, reader: Reader | None
) -> HttpResponseBase:
    """Set the reader's cookie on the answer of an act; returns ``response``."""
    name = conf.get("COOKIE_NAME")
    if reader is not None and request.COOKIES.get(name) != reader.key.hex:
        response.set_cookie(
            name,
            reader.key.hex,
            max_age=conf.get("COOKIE_DAYS") * 86400,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return response


def refuses_tracking(request: HttpRequest) -> bool:
    """Return whether the browser asks by Sec-GPC not to be tracked."""
    return request.headers.get("Sec-GPC") == "1"
