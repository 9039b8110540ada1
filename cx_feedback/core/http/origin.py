"""Cross-site protection without tokens, so that pages are the same for every reader.

Browsers say with ``Sec-Fetch-Site`` and ``Origin`` where a write comes from, and a page cannot
forge either header. A write from another site is refused; one that carries neither header (an
old browser, a program) is taken, but without anything that the cookies say.
"""

from enum import Enum
from urllib.parse import urlsplit

from django.http import HttpRequest

from cx_feedback.core import conf
from cx_feedback.core.errors import CrossSite


class RequestSource(Enum):
    """Where a request says that it comes from."""

    OWN = "own"
    UNKNOWN = "unknown"
    FOREIGN = "foreign"


def get_request_source(request: HttpRequest) -> RequestSource:
    """Return where ``request`` comes from, by Sec-Fetch-Site first and Origin otherwise.

    Looked at once for each request: a write asks for it several times.
    """
    known: RequestSource | None = getattr(request, "_cx_source", None)
    if known is None:
        known = request._cx_source = _read_source(request)  # type: ignore[attr-defined]
    return known


def _read_source(request: HttpRequest) -> RequestSource:
    origin = request.headers.get("Origin", "")
    if origin and origin in conf.get("TRUSTED_ORIGINS"):
        return RequestSource.OWN
    site = request.headers.get("Sec-Fetch-Site", "")
    if site in ("same-origin", "none"):
        return RequestSource.OWN
    if site:
        return RequestSource.FOREIGN
    if not origin:
        return RequestSource.UNKNOWN
    # The scheme is left out: behind a proxy that ends TLS, Django may see http.
    try:
        host = urlsplit(origin).netloc
    except ValueError:  # no address at all
        return RequestSource.FOREIGN
    return RequestSource.OWN if host == request.get_host() else RequestSource.FOREIGN


def refuse_cross_site(request: HttpRequest) -> None:
    """Raise CrossSite for a write that a page of another site made."""
    if get_request_source(request) is RequestSource.FOREIGN:
        raise CrossSite


def may_use_cookies(request: HttpRequest) -> bool:
    """Return whether cookies may speak: always for reads, for writes of our own pages only."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return get_request_source(request) is not RequestSource.FOREIGN
    return get_request_source(request) is RequestSource.OWN
