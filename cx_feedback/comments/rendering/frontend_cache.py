"""Caches in front of the site, through ``wagtail.contrib.frontend_cache`` where it is set up."""

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
#: Seconds that a task waits for the caches in front: some of Wagtail's backends wait for ever.
PATIENCE = 20.0
#: Answers to a purge of what a cache does not keep.
_NOT_KEPT = (404, 410)
_workers = Workers(2)


def is_configured() -> bool:
    """Return whether the site tells a cache in front what to forget."""
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
    """Return the addresses under which caches in front keep these pages."""
    from wagtail.contrib.frontend_cache.utils import PurgeBatch

    batch = PurgeBatch()
    batch.add_pages(list(pages))
    return sorted(batch.urls)


def get_thread_urls(thread_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the addresses of the pages of these threads, by the thread's id."""
    page_ids = dict(Thread.objects.filter(pk__in=thread_ids).values_list("pk", "page_id"))
    pages = get_pages_with_thread(pk__in=page_ids.values()).in_bulk()
    return {pk: get_page_urls([pages[page]]) for pk, page in page_ids.items() if page in pages}


def purge_urls(urls: Iterable[str]) -> set[str]:
    """Purge these addresses in every front-end cache; return those that may still be kept.

    Raises what a backend raises, and TimeoutError. Takes time: never in a request.
    """
    wanted = sorted(set(urls))
    said: list[str] = run_within(PATIENCE, lambda: _purge_urls(wanted), _workers) if wanted else []
    if not said:
        return set()
    failed = {url for url in wanted if url in said or urlsplit(url).path in said}
    return failed or set(wanted)


def _purge_urls(urls: list[str]) -> list[str]:
    """Purge ``urls`` in this thread and return what Wagtail says it could not purge."""
    # Wagtail's task, called here and now: queued, nobody would hear how it went.
    from wagtail.contrib.frontend_cache.tasks import purge_urls_from_cache_task

    with _collect_failures() as failures:
        purge_urls_from_cache_task.call(urls)
    return failures


@contextmanager
def _collect_failures() -> Iterator[list[str]]:
    """Collect the addresses or paths of which Wagtail's backends log that they failed.

    They catch their errors, and say in no other way that a purge did not happen.
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
    """Keeps what is logged by this thread from ``wagtail.contrib.frontend_cache``."""

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
