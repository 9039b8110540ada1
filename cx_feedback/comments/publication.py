"""What follows when readers see something new: caches are told, followers are written to."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps

from cx_feedback.core.tasks import nudge

FRONTEND_CACHE = "wagtail.contrib.frontend_cache"


def announce(thread_ids: Iterable[int], *, news: bool) -> None:
    """Queue what is left to do after the current transaction; a sweep finds lost news."""
    from cx_feedback.comments import tasks

    if apps.is_installed(FRONTEND_CACHE):
        nudge(tasks.purge, list(thread_ids))
    if news:
        nudge(tasks.tell_followers)


def purge_before_change(pages: Iterable[Any]) -> None:
    """Queue the purge of the addresses that these pages have now, before they move or go.

    ``pages`` is read only where caches in front can be told.
    """
    from cx_feedback.comments import purging, tasks

    if apps.is_installed(FRONTEND_CACHE) and (urls := purging.urls_of(pages)):
        nudge(tasks.purge_urls, urls)
