"""A person's export and erasure."""

import datetime
from typing import Any

from cx_feedback.core.rooms.timeline import Entry
from cx_feedback.core.signals import (
    person_erased,
    person_exported,
    scoring_refused,
    timeline_asked,
)
from cx_feedback.mail import selectors, services


def connect() -> None:
    person_exported.connect(export, dispatch_uid="cx_feedback.mail.export")
    person_erased.connect(erase, dispatch_uid="cx_feedback.mail.erase")
    scoring_refused.connect(forget_tiers, dispatch_uid="cx_feedback.mail.tiers")
    timeline_asked.connect(tell, dispatch_uid="cx_feedback.mail.timeline")


def export(
    sender: Any, email: str, reader_ids: list[int], **kwargs: Any
) -> tuple[str, list[dict[str, Any]]]:
    return "deliveries", selectors.export(email=email, reader_ids=reader_ids)


def erase(sender: Any, email: str, reader_ids: list[int], **kwargs: Any) -> tuple[str, int]:
    return "deliveries", services.erase(email=email, reader_ids=reader_ids)


def forget_tiers(sender: Any, reader_ids: list[int], **kwargs: Any) -> None:
    services.forget_tiers(reader_ids=reader_ids)


def tell(
    sender: Any, reader_id: int, before: datetime.datetime, most: int, **kwargs: Any
) -> list[Entry]:
    return selectors.timeline(reader_id=reader_id, before=before, most=most)
