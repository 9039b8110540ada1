"""Caches in front of the site, through ``wagtail.contrib.frontend_cache`` where it is installed."""

from collections.abc import Iterable
from typing import Any

import swapper
from django.db.models import QuerySet

from cx_feedback.comments.models import Thread


def discussed(**conditions: Any) -> QuerySet[Any]:
    """Return the pages that have a thread and meet ``conditions``."""
    pages: QuerySet[Any] = swapper.load_model("wagtailcore", "Page").objects.filter(**conditions)
    return pages.filter(pk__in=Thread.objects.values("page"))


def discussed_below(page: Any) -> QuerySet[Any]:
    """Return ``page`` and those below it, as far as they have a thread."""
    return discussed(path__startswith=page.path)


def urls_of(pages: Iterable[Any]) -> list[str]:
    """Return the addresses under which caches in front keep these pages."""
    from wagtail.contrib.frontend_cache.utils import PurgeBatch

    batch = PurgeBatch()
    batch.add_pages(list(pages))
    return sorted(batch.urls)


def purge_urls(urls: Iterable[str]) -> None:
    """Purge these addresses in every front-end cache."""
    from wagtail.contrib.frontend_cache.utils import PurgeBatch

    batch = PurgeBatch()
    batch.add_urls(list(urls))
    batch.purge()


def purge_pages(*, thread_ids: list[int]) -> int:
    """Purge the pages of these threads in every front-end cache; return how many pages."""
    threads = Thread.objects.filter(pk__in=thread_ids)
    pages = list(discussed(pk__in=threads.values("page")))
    purge_urls(urls_of(pages))
    return len(pages)
