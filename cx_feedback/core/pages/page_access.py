"""The page that a write or a read is about, and who may see it."""

from typing import Any

import swapper
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail import signals as wagtail_signals

from cx_feedback.core.caching.generations import Generation
from cx_feedback.core.errors import FeedbackError, Gone, InvalidInput

#: Seconds for which a page found live and public is not looked up again. What takes it away from
#: readers ends that at once.
REMEMBER = 30

#: Ends when a page may be less visible, or stands elsewhere: unpublished, moved, deleted,
#: restricted. Publishing a page takes nothing away from anybody.
visibility = Generation("visibility")
#: Ends with ``visibility``, and when a page is published: what stands on it may be other.
content = Generation("content")


def connect_signals() -> None:
    """Forget pages by Wagtail's signals; called when Django is ready."""
    from wagtail.models import PageViewRestriction

    wagtail_signals.page_published.connect(content.end, dispatch_uid="cx_pages_published")
    changed = [
        (wagtail_signals.page_unpublished, None),
        (wagtail_signals.post_page_move, None),
        (post_delete, swapper.load_model("wagtailcore", "Page")),
        (post_delete, PageViewRestriction),
        (post_save, PageViewRestriction),
    ]
    for signal, sender in changed:
        for generation in (visibility, content):
            uid = f"cx_pages_{generation.name}"
            signal.connect(generation.end, sender=sender, dispatch_uid=uid)


def get_page(page_id: int, request: HttpRequest | None = None) -> Any:
    """Return the live Wagtail page; raises InvalidInput naming ``page``, or Gone.

    Gone is what was published once and is not any more.

    A page behind a view restriction counts as missing unless ``request`` may see it; whether
    there is one is its ``cx_restricted``, so that it is looked up once.
    """
    model = swapper.load_model("wagtailcore", "Page")
    page = model.objects.filter(pk=page_id).first()
    restrictions = [] if page is None else page.get_view_restrictions()
    if page is None or not _may_see(restrictions, request):
        raise no_such_page()
    if not page.live:
        raise gone_page() if was_published(page) else no_such_page()
    page.cx_restricted = bool(restrictions)
    return page


def find_page(page_id: int | None, request: HttpRequest | None = None) -> Any:
    """Return the live page that ``request`` may see, None for none; without one, anybody."""
    try:
        return get_page(page_id, request) if page_id and page_id < 2**31 else None
    except FeedbackError:
        return None


def no_such_page() -> InvalidInput:
    """Return what is said of a page that does not exist, or not for who asks."""
    return InvalidInput(fields={"page": [_("This page does not exist.")]})


def was_published(page: Any) -> bool:
    """Return whether a page is or was published; a query for one that no editor published.

    What a program added as published has no date of its first publishing.
    """
    if page.live or page.first_published_at:
        return True
    from wagtail.models import PageLogEntry

    acts = PageLogEntry.objects.filter(page=page.pk, action="wagtail.unpublish")
    return bool(acts.exists())


def gone_page() -> Gone:
    """Return what is said of a page that was public and is unpublished or deleted."""
    return Gone(fields={"page": [_("This page is no longer published.")]})


def require_page(page_id: int | None, request: HttpRequest | None = None) -> int | None:
    """Check ``page_id`` like get_page, at the cost of a cache look-up for public pages."""
    if page_id is None:
        return None
    key = f"cx:page:{page_id}"
    known, token = visibility.recall(key)
    if not known:
        page = get_page(page_id, request)
        if not page.cx_restricted:
            visibility.keep(key, 1, token, REMEMBER)
    return page_id


def is_visible(page_id: int, request: HttpRequest | None = None) -> bool:
    """Return whether ``request``, without one anybody, may see the page, as require_page says."""
    try:
        require_page(page_id, request)
    except FeedbackError:
        return False
    return True


def _may_see(restrictions: Any, request: HttpRequest | None) -> bool:
    return not restrictions or (
        request is not None and all(r.accept_request(request) for r in restrictions)
    )
