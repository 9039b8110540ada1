"""Purge the URLs in the outbox from front-end caches, with retries."""

import datetime
import logging

from django.db import transaction
from django.utils import timezone

from cx_feedback.comments.models import PendingPurge
from cx_feedback.comments.rendering import frontend_cache

logger = logging.getLogger(__name__)

#: Rows per batch, and batches per run.
BATCH_SIZE, MAX_BATCHES = 50, 40
#: A row is given up after this many tries, about nine hours: its page has expired by then.
MAX_ATTEMPTS = 14
_FIRST_PAUSE = datetime.timedelta(minutes=1)
_LONGEST_PAUSE = datetime.timedelta(hours=1)


def purge_due_urls(*, now: datetime.datetime | None = None) -> int:
    """Purge the due URLs and return the number of finished rows. Can run concurrently.

    A run ends when a cache does not respond, since its other rows would wait for the same cache.
    """
    now = now or timezone.now()
    done = 0
    for _ in range(MAX_BATCHES):
        rows = _claim_purges(now)
        if not rows:
            break
        kept = _purge_rows(rows)
        done += _delete_rows([row for row in rows if row.pk not in kept])
        if kept:
            _give_up_rows([row for row in rows if row.pk in kept])
            break
    return done


@transaction.atomic
def _claim_purges(now: datetime.datetime) -> list[PendingPurge]:
    """Return the due rows and postpone them until their next try.

    No lock is held during the purge, so that nobody who changes the page again has to wait.
    """
    due = PendingPurge.objects.select_for_update(skip_locked=True).filter(due_at__lte=now)
    rows = list(due.order_by("due_at", "pk")[:BATCH_SIZE])
    for row in rows:
        row.due_at = now + min(_FIRST_PAUSE * 2**row.attempts, _LONGEST_PAUSE)
        row.attempts += 1
    PendingPurge.objects.bulk_update(rows, ["due_at", "attempts"])
    return rows


def _purge_rows(rows: list[PendingPurge]) -> set[int]:
    """Purge the URLs of ``rows`` and return the IDs of the rows that have to be tried again."""
    by_thread = frontend_cache.get_thread_urls([row.thread_id for row in rows if row.thread_id])
    urls = {row.pk: [row.url] if row.url else by_thread.get(row.thread_id or 0, []) for row in rows}
    try:
        failed = frontend_cache.purge_urls(url for each in urls.values() for url in each)
    except Exception as error:
        logger.warning("The front-end caches could not be purged: %s", error)
        return set(urls)
    return {pk for pk, each in urls.items() if failed.intersection(each)}


@transaction.atomic
def _delete_rows(rows: list[PendingPurge]) -> int:
    """Delete the rows that were not renewed since the claim and return their number."""
    tokens = {row.token for row in rows}
    same = PendingPurge.objects.select_for_update(skip_locked=True).filter(
        pk__in=[row.pk for row in rows], token__in=tokens
    )
    return PendingPurge.objects.filter(pk__in=list(same.values_list("pk", flat=True))).delete()[0]


def _give_up_rows(rows: list[PendingPurge]) -> None:
    late = [row for row in rows if row.attempts >= MAX_ATTEMPTS]
    if late:
        _delete_rows(late)
        logger.error("Not purged after %d tries: %s", MAX_ATTEMPTS, ", ".join(map(str, late)))
