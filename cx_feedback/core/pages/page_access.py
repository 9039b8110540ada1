"""Access to the page of a request."""

from typing import Any

import swapper
from django.db.models import CharField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Cast, Length, Substr
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail import signals as wagtail_signals

from cx_feedback.core.caching.generations import Generation
from cx_feedback.core.errors import FeedbackError, Gone, InvalidInput

#: Seconds for which a live, public page isn't looked up again. A change that hides it from
#: readers ends that at once.
REMEMBER = 30

#: Ends when a page may be less visible or has moved: unpublished, moved, deleted, restricted.
#: Publishing a page hides nothing.
visibility = Generation("visibility")
#: Ends with ``visibility``, and when a page is published, because its content may have changed.
content = Generation("content")


def connect_signals() -> None:
    """Connect the generations to Wagtail's signals; called when Django is ready."""
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
    """Return the live page; raises InvalidInput for ``page``, or Gone if it was published before.

    A page with a view restriction counts as missing unless ``request`` has access. The attribute
    ``cx_restricted`` of the page says whether there is a restriction.
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
    """Return the live page if ``request``, or without one everybody, has access; else None."""
    try:
        return get_page(page_id, request) if page_id and page_id < 2**31 else None
    except FeedbackError:
        return None


def no_such_page() -> InvalidInput:
    """Return the error for a page that doesn't exist or isn't accessible."""
    return InvalidInput(fields={"page": [_("This page does not exist.")]})


def was_published(page: Any) -> bool:
    """Return whether a page is or was published.

    A page that a program created as published has no date of publication, and needs a query.
    """
    if page.live or page.first_published_at:
        return True
    from wagtail.models import PageLogEntry

    acts = PageLogEntry.objects.filter(page=page.pk, action="wagtail.unpublish")
    return bool(acts.exists())


def gone_page() -> Gone:
    """Return the error for a page that was public and is unpublished or deleted."""
    return Gone(fields={"page": [_("This page is no longer published.")]})


def require_page(page_id: int | None, request: HttpRequest | None = None) -> int | None:
    """Check ``page_id`` like ``get_page``, with only a cache lookup for public pages."""
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
    """Return whether ``request``, or without one everybody, has access to the page."""
    try:
        require_page(page_id, request)
    except FeedbackError:
        return False
    return True


def filter_public(pages: QuerySet[Any]) -> QuerySet[Any]:
    """Return the pages that are live and that everybody may see, without a further query.

    Agrees with ``is_visible`` without a request: an alias is restricted as its source is.
    """
    from wagtail.models import PageViewRestriction

    restrictions = PageViewRestriction.objects.annotate(inner=Cast(OuterRef("path"), CharField()))
    found = pages.filter(live=True)
    for path in ("page__path", "page__aliases__path", "page__aliases__aliases__path"):
        # Compared as a part, because a LIKE with a column escapes it anew for each pair.
        above = restrictions.annotate(start=Substr("inner", 1, Length(F(path))))
        found = found.filter(~Exists(above.filter(inner__gte=F(path), start=F(path))))
    return found


def _may_see(restrictions: Any, request: HttpRequest | None) -> bool:
    return not restrictions or (
        request is not None and all(r.accept_request(request) for r in restrictions)
    )
