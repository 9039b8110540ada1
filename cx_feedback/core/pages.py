"""The page that a write or a read is about."""

from typing import Any

import swapper
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput

#: Seconds for which a page found live and public is not looked up again.
REMEMBER = 30


def get_page(page_id: int, request: HttpRequest | None = None) -> Any:
    """Return the live Wagtail page; raises InvalidInput naming ``page``.

    A page behind a view restriction counts as missing unless ``request`` may see it; whether
    there is one is its ``cx_restricted``, so that it is looked up once.
    """
    model = swapper.load_model("wagtailcore", "Page")
    page = model.objects.live().filter(pk=page_id).first()
    restrictions = [] if page is None else page.get_view_restrictions()
    if page is None or not _may_see(restrictions, request):
        raise no_such_page()
    page.cx_restricted = bool(restrictions)
    return page


def no_such_page() -> InvalidInput:
    """Return what is said of a page that does not exist, or not for who asks."""
    return InvalidInput(fields={"page": [_("There is no such page.")]})


def require_page(page_id: int | None, request: HttpRequest | None = None) -> int | None:
    """Check ``page_id`` like get_page, at the cost of a cache look-up for public pages."""
    if page_id is None:
        return None
    key = f"cx:page:{page_id}"
    if not cache.get(key):
        page = get_page(page_id, request)
        if not page.cx_restricted:
            cache.set(key, 1, REMEMBER)
    return page_id


def _may_see(restrictions: Any, request: HttpRequest | None) -> bool:
    return not restrictions or (
        request is not None and all(r.accept_request(request) for r in restrictions)
    )
