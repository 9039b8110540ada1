"""Effects of changes that readers can see: purged caches and notified followers."""

import datetime
import hashlib
import uuid
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from cx_feedback.comments.models import PendingPurge
from cx_feedback.comments.rendering import frontend_cache
from cx_feedback.core.background.task_nudges import nudge

#: The delay of a purge for a change that may not have been committed yet.
_LATER = datetime.timedelta(minutes=1)


def announce_change(thread_ids: Iterable[int], *, news: bool) -> None:
    """Store the work that follows the current transaction. Periodic tasks find lost nudges."""
    if frontend_cache.is_configured():
        rows = [PendingPurge(key=f"thread:{pk}", thread_id=pk) for pk in sorted(thread_ids)]
        _store_purges(rows)
    if news:
        nudge("cx_feedback.comments.notify_followers")


def purge_before_change(pages: Iterable[Any], *, later: bool = False) -> list[str]:
    """Schedule a purge of the current URLs of these pages and return them.

    ``later`` delays the purge if the change is not part of the current transaction. ``pages`` is
    only queried if the site has a front-end cache.
    """
    if not frontend_cache.is_configured():
        return []
    urls = frontend_cache.get_page_urls(pages)
    request_purge(urls, later=later)
    return urls


def request_purge(urls: Iterable[str], *, later: bool = False) -> None:
    """Schedule a purge of these URLs after the current transaction."""
    due = timezone.now() + (_LATER if later else datetime.timedelta())
    _store_purges(
        PendingPurge(key=hashlib.sha256(url.encode()).hexdigest(), url=url, due_at=due)
        for url in sorted(urls)
    )


def _store_purges(rows: Iterable[PendingPurge]) -> None:
    """Insert or renew one row per key. A purge that has already begun does not delete it."""
    asked = sorted(rows, key=lambda row: row.key)
    if not asked:
        return
    token = uuid.uuid4()
    for row in asked:
        row.token = token
    PendingPurge.objects.bulk_create(
        asked,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["token", "attempts", "due_at"],
    )
    nudge("cx_feedback.comments.purge_frontend_cache")
