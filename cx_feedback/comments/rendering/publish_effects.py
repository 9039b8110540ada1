"""What follows when readers see something new: caches are told, followers are written to."""

import datetime
import hashlib
import uuid
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from cx_feedback.comments.models import PendingPurge
from cx_feedback.comments.rendering import cache_purge
from cx_feedback.core.tasks import nudge

#: What may not have happened yet when its row is written is purged this much later.
_LATER = datetime.timedelta(minutes=1)


def announce(thread_ids: Iterable[int], *, news: bool) -> None:
    """Note, in the current transaction, what is left to do after it; sweeps find lost nudges."""
    from cx_feedback.comments import tasks

    if cache_purge.is_configured():
        rows = [PendingPurge(key=f"thread:{pk}", thread_id=pk) for pk in sorted(thread_ids)]
        _store(rows)
    if news:
        nudge(tasks.tell_followers)


def purge_before_change(pages: Iterable[Any], *, later: bool = False) -> list[str]:
    """Note that the addresses that these pages have now are to be purged; return them.

    With ``later`` not at once, since the change is not in this transaction. ``pages`` is read
    only where caches in front can be told.
    """
    if not cache_purge.is_configured():
        return []
    urls = cache_purge.urls_of(pages)
    request_purge(urls, later=later)
    return urls


def request_purge(urls: Iterable[str], *, later: bool = False) -> None:
    """Note that these addresses are to be purged once the current transaction is committed."""
    due = timezone.now() + (_LATER if later else datetime.timedelta())
    _store(
        PendingPurge(key=hashlib.sha256(url.encode()).hexdigest(), url=url, due_at=due)
        for url in sorted(urls)
    )


def _store(rows: Iterable[PendingPurge]) -> None:
    """Write one row for each key, or renew it: a purge that has begun does not count for it."""
    from cx_feedback.comments import tasks

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
    nudge(tasks.purge)
