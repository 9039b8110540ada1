"""Purging of front-end caches through ``wagtail.contrib.frontend_cache``, if it is set up."""

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import swapper
from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet

from cx_feedback.comments.models import Thread
from cx_feedback.core.caching.deadlines import Workers, run_within

FRONTEND_CACHE = "wagtail.contrib.frontend_cache"
#: Seconds that a task waits for front-end caches. Some of Wagtail's backends have no timeout.
PATIENCE = 20.0
#: Responses to a purge of a URL that is not cached.
_NOT_KEPT = (404, 410)
_workers = Workers(2)


def is_configured() -> bool:
    """Return whether the site has a front-end cache that can be purged."""
    return apps.is_installed(FRONTEND_CACHE) and bool(
        getattr(settings, "WAGTAILFRONTENDCACHE", None)
        or getattr(settings, "WAGTAILFRONTENDCACHE_LOCATION", None)
    )


def get_pages_with_thread(**conditions: Any) -> QuerySet[Any]:
    """Return the pages that have a thread and meet ``conditions``."""
    pages: QuerySet[Any] = swapper.load_model("wagtailcore", "Page").objects.filter(**conditions)
    return pages.filter(pk__in=Thread.objects.values("page"))


def get_pages_with_thread_below(page: Any) -> QuerySet[Any]:
    """Return ``page`` and those below it, as far as they have a thread."""
    return get_pages_with_thread(path__startswith=page.path)


def get_page_urls(pages: Iterable[Any]) -> list[str]:
    """Return the URLs under which front-end caches keep these pages."""
    from wagtail.contrib.frontend_cache.utils import PurgeBatch

    batch = PurgeBatch()
    batch.add_pages(list(pages))
    return sorted(batch.urls)


def get_thread_urls(thread_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the URLs of the pages of these threads, by the thread's ID."""
    page_ids = dict(Thread.objects.filter(pk__in=thread_ids).values_list("pk", "page_id"))
    pages = get_pages_with_thread(pk__in=page_ids.values()).in_bulk()
    return {pk: get_page_urls([pages[page]]) for pk, page in page_ids.items() if page in pages}


def purge_urls(urls: Iterable[str]) -> set[str]:
    """Purge these URLs from every front-end cache and return those that may still be cached.

    Raises the errors of the backends, and TimeoutError. Must not be called in a request.
    """
    sorted_urls = sorted(set(urls))
    failures: list[str] = (
        run_within(PATIENCE, lambda: _purge_urls(sorted_urls), _workers) if sorted_urls else []
    )
    if not failures:
        return set()
    failed = {url for url in sorted_urls if url in failures or urlsplit(url).path in failures}
    return failed or set(sorted_urls)


def _purge_urls(urls: list[str]) -> list[str]:
    """Purge ``urls`` in this thread and return those that Wagtail reports as failed."""
    # Wagtail's task is called directly, because a queued task would not return the failures.
    from wagtail.contrib.frontend_cache.tasks import purge_urls_from_cache_task

    with _collect_failures() as failures:
        purge_urls_from_cache_task.call(urls)
    return failures


@contextmanager
def _collect_failures() -> Iterator[list[str]]:
    """Collect the URLs or paths that Wagtail's backends log as failed.

    The backends catch their errors and don't report a failed purge in any other way.
    """
    handler = _FailureHandler()
    loggers = [logging.getLogger(), logging.getLogger("wagtail.frontendcache")]
    for each in loggers:
        each.addHandler(handler)
    try:
        yield handler.failures
    finally:
        for each in loggers:
            each.removeHandler(handler)


class _FailureHandler(logging.Handler):
    """Records the errors that ``wagtail.contrib.frontend_cache`` logs in this thread."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.failures: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self._thread or "frontend" not in record.pathname + record.name:
            return
        args = record.args if isinstance(record.args, tuple) else ()
        if not any(status in args[1:] for status in _NOT_KEPT):
            self.failures.append(str(args[0]) if args else "")
