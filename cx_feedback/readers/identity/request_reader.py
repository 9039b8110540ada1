"""The reader of a request, by cookie: never on a page view, never from another site."""

import uuid
from typing import TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language

from cx_feedback.core import conf
from cx_feedback.core.database.fast_insert import get_by_unique_column
from cx_feedback.core.http import idempotency_keys
from cx_feedback.core.http.origin import may_use_cookies
from cx_feedback.readers import services
from cx_feedback.readers.models import Reader

R = TypeVar("R", Reader, Reader | None)
DAY = 86_400
#: Seconds for which a browser is recognized to change its comments: the longest time for edits
#: that a site can set (``CommentSettings.edit_minutes``).
CHANGEABLE = DAY
#: Tells the scripts to clear the drafts in this browser, which are kept for a week at most.
FORGET_COOKIE, DRAFT_DAYS = "cx_forget", 7


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


def set_reader_cookie(
    request: HttpRequest,
    response: HttpResponseBase,
    reader: Reader | None,
    *,
    seconds: int | None = None,
) -> HttpResponseBase:
    """Set the reader's cookie on the response to an act; return ``response``.

    The cookie ends with the browser session, or after the ``seconds`` that the act needs. Only
    readers who consented to counting visits, and don't refuse tracking now, get a lasting one.
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
    """Set the cookie again after a choice: lasting with consent, otherwise for the session."""
    if reader is not None:
        lasts = reader.counts_visits and not refuses_tracking(request)
        _set_cookie(request, response, reader, conf.get("COOKIE_DAYS") * DAY if lasts else None)
    return response


def delete_reader_cookie(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Delete the reader's cookie; return ``response``."""
    name = conf.get("COOKIE_NAME")
    if name in request.COOKIES and may_use_cookies(request):
        response.delete_cookie(name, samesite="Lax")
    return response


def request_draft_removal(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Set the cookie that makes scripts clear the drafts of this browser; return ``response``.

    Drafts are in the browser's storage, which a server can only clear together with the site's
    own. The cookie identifies nobody, and the script that reads it deletes it.
    """
    if may_use_cookies(request):
        response.set_cookie(
            FORGET_COOKIE,
            "1",
            max_age=DRAFT_DAYS * DAY,
            samesite="Lax",
            secure=request.is_secure(),
        )
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
    """Return whether the browser refuses tracking with Sec-GPC."""
    return request.headers.get("Sec-GPC") == "1"
