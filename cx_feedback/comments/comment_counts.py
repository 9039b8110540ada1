"""The numbers of comments of pages: of lists of pages, and of the most discussed ones.

Only comments that are published count, and only pages that everybody may see, so that the result
is the same for all readers.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import swapper
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import get_script_prefix
from django.utils import timezone
from wagtail.models import Locale

from cx_feedback.comments.models import Comment, Thread
from cx_feedback.core.pages import page_access
from cx_feedback.core.pages.served_page import get_request
from cx_feedback.core.pages.sites import (
    default_site_id,
    get_site_condition,
    get_site_id,
    get_site_id_at_path,
)

#: Pages and days of a list of the most discussed pages, at most.
MOST_PAGES, MOST_DAYS = 20, 3650
#: Seconds for which such a list is cached, unless a page changes before.
KEEP = 60


@dataclass(frozen=True)
class DiscussedPage:
    """A page with the number of its comments."""

    title: str
    url: str
    comments: int


def get_comment_counts(page_ids: Iterable[int], *, site_id: int | None = None) -> dict[int, int]:
    """Return the number of comments by page ID, with one query, in the given order.

    Pages that not everybody may see, and those of other sites if ``site_id`` is given, are left
    out.
    """
    ids = list(dict.fromkeys(page_ids))
    if not ids:
        return {}
    pages = page_access.filter_public(_get_pages().filter(pk__in=ids))
    if site_id is not None:
        pages = pages.filter(get_site_condition(site_id))
    published = Thread.objects.filter(page=OuterRef("pk")).values("published")
    counted = pages.annotate(cx_comments=Coalesce(Subquery(published), 0))
    found = dict(counted.values_list("pk", "cx_comments"))
    return {pk: found[pk] for pk in ids if pk in found}


def get_most_discussed(
    page: Any, context: Any, *, number: int, days: int | None = None
) -> list[DiscussedPage]:
    """Return the pages with the most comments in the site and language of ``page``.

    Without a page, those of the request's site in the active language. With ``days``, only the
    comments published since then count.
    """
    if page is not None:
        site_id, locale_id = get_site_id_at_path(page.url_path or ""), page.locale_id
    else:
        request = get_request(context)
        site_id = get_site_id(request) if request else default_site_id()
        locale_id = Locale.get_active().pk
    number, days = max(0, min(number, MOST_PAGES)), max(0, min(days or 0, MOST_DAYS))
    key = f"cx:discussed:{site_id}:{locale_id}:{number}:{days}:{get_script_prefix()}"
    found, token = page_access.content.recall(key)
    if found is None:
        pages = _get_pages().filter(get_site_condition(site_id), locale=locale_id)
        found = _find_most_discussed(page_access.filter_public(pages), number, days)
        page_access.content.keep(key, found, token, KEEP)
    return list(found)


def _find_most_discussed(pages: QuerySet[Any], number: int, days: int) -> list[DiscussedPage]:
    """Return those of ``pages`` with the most comments, with two queries."""
    ids = pages.values("pk")
    if days:
        since = timezone.now() - datetime.timedelta(days=days)
        comments = Comment.objects.published().filter(published_at__gte=since)
        rows: QuerySet[Any] = comments.filter(thread__page__in=ids).values(
            page_id=F("thread__page_id")
        )
        rows = rows.annotate(n=Count("pk"))
    else:
        rows = Thread.objects.filter(published__gt=0, page__in=ids).annotate(n=F("published"))
    counts = dict(rows.order_by("-n", "-page_id").values_list("page_id", "n")[:number])
    # As specific ones, whose URLs may differ, without their fields.
    by_id = {page.pk: page for page in _get_pages().filter(pk__in=counts).specific(defer=True)}
    found = [(by_id[pk], n) for pk, n in counts.items() if pk in by_id]
    urls = [(page, _get_path(page), n) for page, n in found]
    return [DiscussedPage(page.title, url, n) for page, url, n in urls if url]


def _get_path(page: Any) -> str:
    """Return the URL of a page of the same site."""
    parts = page.get_url_parts()
    return str(parts[2] or "") if parts else ""


def _get_pages() -> Any:
    return swapper.load_model("wagtailcore", "Page").objects.all()
