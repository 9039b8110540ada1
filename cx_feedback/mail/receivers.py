"""Receivers for copies of answers, for objections and for the timeline of a person.

Services and selectors are imported when a signal is sent, not when Django starts.
"""

import datetime
from typing import Any

from cx_feedback.core.rooms.timeline_entries import Entry
from cx_feedback.core.signals import (
    copy_requested,
    scoring_refused,
    timeline_asked,
)
from cx_feedback.mail import mailing_kinds


def connect_receivers() -> None:
    scoring_refused.connect(forget_tiers, dispatch_uid="cx_feedback.mail.tiers")
    copy_requested.connect(queue_copy, dispatch_uid="cx_feedback.mail.copy")
    mailing_kinds.register_mailing_kind("answer-copy", name_copies)
    timeline_asked.connect(get_timeline_entries, dispatch_uid="cx_feedback.mail.timeline")


def forget_tiers(sender: Any, reader_ids: list[int], **kwargs: Any) -> None:
    from cx_feedback.mail import personal

    personal.forget_tiers(reader_ids=reader_ids)


def queue_copy(
    sender: Any,
    email: str,
    reader_id: int | None,
    language: str,
    title: str,
    lines: list[tuple[str, str]],
    **kwargs: Any,
) -> bool:
    from cx_feedback.mail.copies import answer_copies

    return answer_copies.queue_copy(
        email=email, reader_id=reader_id, language=language, title=title, lines=lines
    )


def name_copies(days: list[str]) -> dict[str, str]:
    from cx_feedback.mail.copies import answer_copies

    return answer_copies.name_mailings(days)


def get_timeline_entries(
    sender: Any, reader_id: int, before: datetime.datetime, most: int, **kwargs: Any
) -> list[Entry]:
    from cx_feedback.mail import selectors

    return selectors.get_timeline_entries(reader_id=reader_id, before=before, most=most)
