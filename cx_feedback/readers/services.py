"""Public write API of the readers app. Days are days in the time zone of the site.

Functions that every act calls use ``savepoint=False``, so that they add no statement inside the
transaction of another room.
"""

import datetime
import uuid
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.core.database.fast_insert import (
    get_by_unique_column,
    insert_row,
    insert_rows,
    insert_rows_for,
    is_single_statement,
)
from cx_feedback.core.database.new_rows import build_row
from cx_feedback.core.pages import site_time
from cx_feedback.readers.acts.act_details import change_act_details
from cx_feedback.readers.models import Activity, Reader
from cx_feedback.readers.periods import EARLIEST, get_period
from cx_feedback.readers.privacy.consents import (
    give_consent,
    object_to_scoring,
    withdraw_consent,
    withdraw_objection,
)
from cx_feedback.readers.privacy.person_requests import erase_person
from cx_feedback.readers.visits.visit_counting import (
    begins_period,
    count_day,
    rebuild_figures,
)

__all__ = [
    "ActAbout",
    "LedgerEvent",
    "Speaker",
    "build_reader",
    "change_act_details",
    "confirm_email",
    "count_day",
    "create_reader",
    "erase_person",
    "give_consent",
    "object_to_scoring",
    "rebuild_figures",
    "record_act",
    "record_acts_about",
    "record_events",
    "withdraw_consent",
    "withdraw_objection",
]


def create_reader(*, language: str = "", user_id: int | None = None) -> Reader:
    """Create a reader at the first act; no visit counts before consent."""
    reader = Reader(language=language[:12], user_id=user_id)
    insert_row(reader)
    return reader


def build_reader(*, language: str) -> Reader:
    """Return a reader without a row; ``record_act`` stores it together with the act."""
    return build_row(Reader, language=language[:12])


@dataclass(frozen=True)
class Speaker:
    """The actor of an act, not looked up yet: the reader with ``key``, or a new one.

    ``untracked`` is that of ``Reader``.
    """

    key: uuid.UUID | None
    language: str = ""
    untracked: bool = False

    def look_up(self) -> Reader:
        """Return the reader, or an unsaved one (``build_reader``)."""
        known = None if self.key is None else get_by_unique_column(Reader, "key", self.key)
        reader = known or build_reader(language=self.language)
        reader.untracked = self.untracked
        return reader


def record_act(
    *,
    reader: Reader | Speaker,
    kind: str,
    page_id: int | None = None,
    object_id: int | None = None,
    detail: dict[str, Any] | None = None,
    at: datetime.datetime | None = None,
    here: bool = True,
    row: Any = None,
) -> Activity:
    """Record an act in the ledger, and count the visit of a reader who consented to it.

    ``at`` is an aware datetime, by default now. ``here=False`` is for acts of others that concern
    the reader, such as the approval of a comment: no visit counts. ``row`` is an unsaved row of
    the act. Its ``reader`` is set, it is stored here, together with a new reader and in one
    statement if possible, and its id becomes ``object_id``. Everything happens in one
    transaction. Sends ``reader_acted`` if a receiver wants the act.
    """
    at = at or timezone.now()
    activity = build_row(
        Activity, kind=kind, page_id=page_id, object_id=object_id, detail=detail or {}, at=at
    )
    wanted = signals.is_act_wanted(Activity, kind=kind, detail=activity.detail)
    day = site_time.localdate(at) if here else None
    rows: list[Any] = [activity] if row is None else [row, activity]
    if isinstance(reader, Speaker):
        with _open_transaction(wanted):
            if _store_for_speaker(reader, rows, day):
                if wanted:
                    _send_acted(activity)
                return activity
        reader = reader.look_up()
    for item in rows:
        item.reader = reader
    if reader.pk is None:
        rows = [reader, *rows]
    counts = day is not None and begins_period(reader, day)
    with _open_transaction(wanted or counts):
        insert_rows(rows, {} if row is None else {(len(rows) - 1, "object_id"): len(rows) - 2})
        if day is not None and counts:
            count_day(reader=reader, day=day)
        if wanted:
            _send_acted(activity)
    return activity


def _store_for_speaker(speaker: Speaker, rows: list[Any], day: datetime.date | None) -> bool:
    """Look up the reader of a key and store ``rows`` in one statement.

    Returns False, with nothing stored, if no reader has the key, or if the day begins a new
    period of a reader who consented to counting visits.
    """
    if speaker.key is None:
        return False
    links = {(1, "object_id"): 0} if len(rows) > 1 else {}
    begun: dict[str, Any] = {}
    if day is not None and day >= EARLIEST and not speaker.untracked:
        begun["last_period"] = get_period(day)
    held = insert_rows_for(
        Reader, {"key": speaker.key}, rows, links, where_set=("counts_visits", begun)
    )
    return held is not None


def _send_acted(activity: Activity) -> None:
    signals.reader_acted.send(
        Activity,
        activity_id=activity.pk,
        reader_id=activity.reader_id,
        kind=activity.kind,
        page_id=activity.page_id,
        object_id=activity.object_id,
        detail=activity.detail,
    )


def _open_transaction(writes_more: bool) -> AbstractContextManager[Any]:
    """Return the transaction of an act, or a null context if the act is a single statement.

    A transaction would add two round trips to the database.
    """
    if writes_more or not is_single_statement(Activity):
        return transaction.atomic(savepoint=False)
    return nullcontext()


@dataclass(frozen=True)
class LedgerEvent:
    """An event that concerns a reader, for the ledger."""

    reader_id: int
    object_id: int | None
    detail: dict[str, Any]


@transaction.atomic(savepoint=False)
def record_events(
    *, kind: str, rows: list[LedgerEvent], at: datetime.datetime | None = None
) -> None:
    """Record events that concern readers in the ledger, such as emails and experiments.

    They aren't acts of the readers: no visit counts and no signal is sent. ``detail["here"]``
    says whether the reader had already visited on that day, for later measurements.
    """
    at = at or timezone.now()
    ids = {row.reader_id for row in rows}
    here = set(
        Reader.objects.filter(pk__in=ids, last_day=site_time.localdate(at)).values_list(
            "pk", flat=True
        )
    )
    Activity.objects.bulk_create(
        Activity(
            reader_id=row.reader_id,
            kind=kind,
            object_id=row.object_id,
            detail={**row.detail, "here": row.reader_id in here},
            at=at,
        )
        for row in rows
    )


@dataclass(frozen=True)
class ActAbout:
    """An act of somebody else that concerns a reader, such as the approval of a comment."""

    reader_id: int
    page_id: int | None
    object_id: int | None
    detail: dict[str, Any]


@transaction.atomic(savepoint=False)
def record_acts_about(*, kind: str, rows: list[ActAbout]) -> None:
    """Do the same as ``record_act(here=False)`` for many readers, with one statement."""
    at = timezone.now()
    activities = Activity.objects.bulk_create(
        Activity(
            reader_id=row.reader_id,
            kind=kind,
            page_id=row.page_id,
            object_id=row.object_id,
            detail=row.detail,
            at=at,
        )
        for row in rows
    )
    for activity in activities:
        _send_acted(activity)


@transaction.atomic
def confirm_email(*, reader: Reader, email: str) -> Reader:
    """Set the confirmed address of ``reader``, and return the reader who owns the address.

    Another reader may already own it (the same person on another device). That reader is returned
    then, and the caller must use it. Never pass an unconfirmed address.
    """
    email = email.strip().lower()
    owner = Reader.objects.select_for_update().filter(email=email).exclude(pk=reader.pk).first()
    if owner is not None:
        return owner
    try:
        with transaction.atomic():
            Reader.objects.filter(pk=reader.pk).update(email=email)
    except IntegrityError:  # confirmed for another reader at the same moment
        return Reader.objects.get(email=email)
    reader.email = email
    return reader
