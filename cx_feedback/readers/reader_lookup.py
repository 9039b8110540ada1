"""The reader behind a request: by cookie, never on a page view, never from another site."""

import uuid
from typing import TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language

from cx_feedback.core import conf
from cx_feedback.core.database.fast_insert import get_by_unique_column
from cx_feedback.core.http import repeats
from cx_feedback.core.http.origin import may_use_cookies
from cx_feedback.readers import services
from cx_feedback.readers.models import Reader

R = TypeVar("R", Reader, Reader | None)
DAY = 86_400
#: For how long a browser is known again to change what was said in it: as long as a site may let
#: authors edit their comments (``CommentSettings.edit_minutes``).
CHANGEABLE = DAY


def get_reader(request: HttpRequest) -> Reader | None:
    """Return the reader whom the request's cookie names, None when it may not speak."""
    key = _read_key(request) if may_use_cookies(request) else None
    return apply_tracking_refusal(
        request, None if key is None else get_by_unique_column(Reader, "key", key)
    )


def apply_tracking_refusal(request: HttpRequest, reader: R) -> R:
    """Let no day of ``reader`` count where the request asks for that; returns ``reader``."""
    if reader is not None:
        reader.untracked = refuses_tracking(request)
    return reader


def _read_key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.COOKIES.get(conf.get("COOKIE_NAME"), ""))
    except ValueError:
        return None


def get_or_create_reader(request: HttpRequest, language: str = "") -> Reader | None:
    """Return the reader who acts, a new one at the first act.

    None for a request that says nothing of its origin: it acts without a reader, because no
    cookie of it may be believed and none would come back.
    """
    if not may_use_cookies(request):
        return None
    return get_reader(request) or services.create_reader(language=language or get_language() or "")


def get_speaker(request: HttpRequest) -> services.Speaker | None:
    """Return who acts as ``get_or_create_reader`` does, but look nobody up and store none.

    ``services.act`` does both, together with what the act stores where the database can.
    """
    if not may_use_cookies(request):
        return None
    return services.Speaker(
        _read_key(request), language=get_language() or "", untracked=refuses_tracking(request)
    )


def get_sender_of_request(request: HttpRequest) -> repeats.Sender:
    """Return by what a repeat of ``request`` is told from what somebody else sends."""
    return repeats.get_sender(request, _read_key(request) if may_use_cookies(request) else None)


def set_reader_cookie(
    request: HttpRequest,
    response: HttpResponseBase,
    reader: Reader | None,
    *,
    seconds: int | None = None,
) -> HttpResponseBase:
    """Set the reader's cookie on the answer of an act; returns ``response``.

    It ends with the browser's session, or lives for the ``seconds`` that the act needs. Only who
    agreed to visits being counted, and does not forbid it now, gets one that lasts.
    """
    if reader is None:
        return response
    there = request.COOKIES.get(conf.get("COOKIE_NAME")) == reader.key.hex
    if there and (seconds is None or reader.counts_visits):
        return response
    if reader.counts_visits and not refuses_tracking(request):
        seconds = conf.get("COOKIE_DAYS") * DAY
    _set_cookie(request, response, reader, seconds)
    return response


def renew_reader_cookie(
    request: HttpRequest, response: HttpResponseBase, reader: Reader | None
) -> HttpResponseBase:
    """Set the cookie anew after a choice: for long with consent, else for the session."""
    if reader is not None:
        lasts = reader.counts_visits and not refuses_tracking(request)
        _set_cookie(request, response, reader, conf.get("COOKIE_DAYS") * DAY if lasts else None)
    return response


def delete_reader_cookie(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Take the reader's cookie away; returns ``response``."""
    name = conf.get("COOKIE_NAME")
    if name in request.COOKIES and may_use_cookies(request):
        response.delete_cookie(name, samesite="Lax")
    return response


def _set_cookie(
    request: HttpRequest, response: HttpResponseBase, reader: Reader, seconds: int | None
) -> None:
    response.set_cookie(
        conf.get("COOKIE_NAME"),
        reader.key.hex,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def refuses_tracking(request: HttpRequest) -> bool:
    """Return whether the browser asks by Sec-GPC not to be tracked."""
    return request.headers.get("Sec-GPC") == "1"
