"""What follows when readers see something new: caches are told, followers are written to."""

import datetime
import hashlib
import uuid
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from cx_feedback.comments.models import PendingPurge
from cx_feedback.comments.rendering import frontend_cache
from cx_feedback.core.tasks import nudge

#: What may not have happened yet when its row is written is purged this much later.
_LATER = datetime.timedelta(minutes=1)


def announce_change(thread_ids: Iterable[int], *, news: bool) -> None:
    """Note, in the current transaction, what is left to do after it; sweeps find lost nudges."""
    if frontend_cache.is_configured():
        rows = [PendingPurge(key=f"thread:{pk}", thread_id=pk) for pk in sorted(thread_ids)]
        _store_purges(rows)
    if news:
        nudge("cx_feedback.comments.notify_followers")


def purge_before_change(pages: Iterable[Any], *, later: bool = False) -> list[str]:
    """Note that the addresses that these pages have now are to be purged; return them.

    With ``later`` not at once, since the change is not in this transaction. ``pages`` is read
    only where caches in front can be told.
    """
    if not frontend_cache.is_configured():
        return []
    urls = frontend_cache.get_page_urls(pages)
    request_purge(urls, later=later)
    return urls


def request_purge(urls: Iterable[str], *, later: bool = False) -> None:
    """Note that these addresses are to be purged once the current transaction is committed."""
    due = timezone.now() + (_LATER if later else datetime.timedelta())
    _store_purges(
        PendingPurge(key=hashlib.sha256(url.encode()).hexdigest(), url=url, due_at=due)
        for url in sorted(urls)
    )


def _store_purges(rows: Iterable[PendingPurge]) -> None:
    """Write one row for each key, or renew it: a purge that has begun does not count for it."""
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
