"""Keeping what was expected of readers when they wrote, and forgetting it."""

import datetime

from django.utils import timezone

from cx_feedback.conversations.models import PromiseClock, ReturnExpectation
from cx_feedback.core.rooms.expected_returns import get_expected_returns

#: Conversations that are asked about at once, and those that began too long ago to ask: their
#: readers may have come back meanwhile.
BATCH_SIZE, LATEST = 500, datetime.timedelta(hours=12)


def store_expectations(*, now: datetime.datetime | None = None) -> int:
    """Store what is expected of the readers of new conversations; return the number of those.

    Each is asked about once. Runs may meet. Without a room that expects something none is.
    """
    now, done = now or timezone.now(), 0
    new = PromiseClock.objects.filter(
        goal=PromiseClock.Goal.FIRST,
        begun_at__gt=now - LATEST,
        conversation__created_at__gt=now - LATEST,
        conversation__expectation__isnull=True,
    )
    rows = new.order_by("pk").values_list("conversation", "conversation__reader")
    while part := list(rows[:BATCH_SIZE]):
        known = get_expected_returns(sorted({reader for _pk, reader in part}))
        if known is None:
            return done
        expectations = []
        for pk, reader_id in part:
            found = known.get(reader_id)
            row = ReturnExpectation(conversation_id=pk, created_at=now)
            if found is not None:
                row.probability, row.weeks = found.probability, found.weeks
            expectations.append(row)
        ReturnExpectation.objects.bulk_create(expectations, ignore_conflicts=True)
        done += len(part)
    return done


def erase_expectations(reader_ids: list[int]) -> None:
    """Delete what was expected of readers who object to being scored."""
    ReturnExpectation.objects.filter(conversation__reader__in=reader_ids).delete()
