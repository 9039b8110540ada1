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


class Source(Enum):
    """Where a request says that it comes from."""

    OWN = "own"
    UNKNOWN = "unknown"
    FOREIGN = "foreign"


def source_of(request: HttpRequest) -> Source:
    """Return where ``request`` comes from, by Sec-Fetch-Site first and Origin otherwise.

    Looked at once for each request: a write asks for it several times.
    """
    known: Source | None = getattr(request, "_cx_source", None)
    if known is None:
        known = request._cx_source = _source_of(request)  # type: ignore[attr-defined]
    return known


def _source_of(request: HttpRequest) -> Source:
    origin = request.headers.get("Origin", "")
    if origin and origin in conf.get("TRUSTED_ORIGINS"):
        return Source.OWN
    site = request.headers.get("Sec-Fetch-Site", "")
    if site in ("same-origin", "none"):
        return Source.OWN
    if site:
        return Source.FOREIGN
    if not origin:
        return Source.UNKNOWN
    # The scheme is left out: behind a proxy that ends TLS, Django may see http.
    try:
        host = urlsplit(origin).netloc
    except ValueError:  # no address at all
        return Source.FOREIGN
    return Source.OWN if host == request.get_host() else Source.FOREIGN


def refuse_cross_site(request: HttpRequest) -> None:
    """Raise CrossSite for a write that a page of another site made."""
    if source_of(request) is Source.FOREIGN:
        raise CrossSite


def may_use_cookies(request: HttpRequest) -> bool:
    """Return whether cookies may speak: always for reads, for writes of our own pages only."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return source_of(request) is not Source.FOREIGN
    return source_of(request) is Source.OWN
