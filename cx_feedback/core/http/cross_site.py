"""Cross-site protection without tokens, so that pages are the same for every reader.

Browsers send ``Sec-Fetch-Site`` and ``Origin`` with writes, and pages can't forge these headers. A
write from another site is refused. A write without both headers (from an old browser or a
program) is accepted, but its cookies are ignored; if it is about nothing else, it is refused.
"""

from enum import Enum
from urllib.parse import urlsplit

from django.http import HttpRequest

from cx_feedback.core import conf
from cx_feedback.core.errors import CrossSite, UnknownSource


class RequestSource(Enum):
    """The source of a request, according to its headers."""

    OWN = "own"
    UNKNOWN = "unknown"
    FOREIGN = "foreign"


def get_request_source(request: HttpRequest) -> RequestSource:
    """Return the source of ``request``, by Sec-Fetch-Site or else by Origin.

    The result is cached on the request, because a write needs it several times.
    """
    known: RequestSource | None = getattr(request, "_cx_source", None)
    if known is None:
        known = request._cx_source = _read_source(request)  # type: ignore[attr-defined]
    return known


def is_trusted_origin(request: HttpRequest) -> bool:
    """Return whether a page of another origin that the site trusts sent ``request``."""
    origin = request.headers.get("Origin", "")
    return bool(origin) and origin in conf.get("TRUSTED_ORIGINS")


def _read_source(request: HttpRequest) -> RequestSource:
    if is_trusted_origin(request):
        return RequestSource.OWN
    origin = request.headers.get("Origin", "")
    site = request.headers.get("Sec-Fetch-Site", "")
    if site in ("same-origin", "none"):
        return RequestSource.OWN
    if site:
        return RequestSource.FOREIGN
    if not origin:
        return RequestSource.UNKNOWN
    # Without the scheme, because Django may see http behind a proxy that terminates TLS.
    try:
        host = urlsplit(origin).netloc
    except ValueError:  # no address at all
        return RequestSource.FOREIGN
    return RequestSource.OWN if host == request.get_host() else RequestSource.FOREIGN


def refuse_cross_site(request: HttpRequest) -> None:
    """Raise CrossSite for a write from a page of another site."""
    if get_request_source(request) is RequestSource.FOREIGN:
        raise CrossSite


def require_cookies(request: HttpRequest) -> None:
    """Raise CrossSite if no cookies may be used, for what is about the reader of the cookie alone.

    Otherwise it would do nothing, and say that it is done.
    """
    refuse_cross_site(request)
    if not may_use_cookies(request):
        raise UnknownSource


def may_use_cookies(request: HttpRequest) -> bool:
    """Return whether cookies may be used: for reads, and for writes from pages of this site."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return get_request_source(request) is not RequestSource.FOREIGN
    return get_request_source(request) is RequestSource.OWN
