"""The cookie of a reader: set by acts, never on a page view; and the one that clears drafts."""

from django.http import HttpRequest, HttpResponseBase

from cx_feedback.core import conf
from cx_feedback.core.http.cors import READER_HEADER
from cx_feedback.core.http.cross_site import is_trusted_origin, may_use_cookies
from cx_feedback.readers.identity.request_reader import read_reader_key
from cx_feedback.readers.identity.tracking_refusal import refuses_tracking
from cx_feedback.readers.models import Reader

DAY = 86_400
#: Seconds for which a browser is recognized to change its comments: the longest time for edits
#: that a site can set (``CommentSettings.edit_minutes``).
CHANGEABLE = DAY
#: Tells the scripts to clear the drafts in this browser, which are kept for a week at most.
FORGET_COOKIE, DRAFT_DAYS = "cx_forget", 7


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
    there = read_reader_key(request) == reader.key
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
    """Set the cookie, and for front ends that have none the header with the reader's key."""
    if is_trusted_origin(request) and conf.get("COOKIE_NAME") not in request.COOKIES:
        lasts = "" if seconds is None else f"; max-age={seconds}"
        response.headers[READER_HEADER] = f"{reader.key.hex}{lasts}"
    response.set_cookie(
        conf.get("COOKIE_NAME"),
        reader.key.hex,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
