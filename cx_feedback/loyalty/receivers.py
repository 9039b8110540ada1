"""Receivers of the signals on readers and on scoring them.

Services and selectors are imported when a signal is sent, not when Django starts.
"""

import datetime
from typing import Any

from django.dispatch import receiver

from cx_feedback.core import signals
from cx_feedback.core.rooms.expected_returns import ExpectedReturn
from cx_feedback.core.rooms.titles import Name, get_admin_url


@receiver(signals.turns_asked)
def answer_recent_changes(
    sender: Any, *, kind: str, since: datetime.datetime, most: int, **kwargs: Any
) -> list[tuple[int, datetime.datetime]] | None:
    from cx_feedback.loyalty import selectors

    return selectors.get_recent_changes(kind=kind, since=since, most=most)


@receiver(signals.returns_expected)
def expect_returns(
    sender: Any, *, reader_ids: list[int], **kwargs: Any
) -> dict[int, ExpectedReturn]:
    from cx_feedback.loyalty import selectors

    return selectors.get_expected_returns(reader_ids)


@receiver(signals.scoring_refused)
def erase_scoring_data(sender: Any, *, reader_ids: list[int], **kwargs: Any) -> None:
    from cx_feedback.loyalty import personal

    personal.erase_scoring_data(reader_ids=reader_ids)


@receiver(signals.things_named)
def name_readers(sender: Any, *, kind: str, ids: set[int], **kwargs: Any) -> dict[int, Name] | None:
    """Return the names of readers with their timelines; callers ask who may see readers."""
    if kind != "reader":
        return None
    from cx_feedback.readers.models import Reader

    readers = Reader.objects.filter(pk__in=ids)
    return {row.pk: Name(str(row), get_admin_url("cx_loyalty:reader", row.pk)) for row in readers}


@receiver(signals.acts_changed)
def forget_attitudes(sender: Any, *, reader_ids: list[int], **kwargs: Any) -> None:
    """Forget the attitudes of readers; the next update reads them from the ledger again."""
    from cx_feedback.loyalty.reports.report_models import Attitude

    Attitude.objects.filter(reader_id__in=reader_ids).delete()
