"""Every write about readers. Days are days of the site's time zone.

``savepoint=False`` on the paths that every act takes: inside a room's own transaction they then
cost no statement more.
"""

import datetime
import uuid
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import (
    Aggregate,
    Count,
    DateField,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Now, TruncDate
from django.db.models.lookups import Exact, LessThanOrEqual
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.core.database.fast_insert import (
    get_by_unique_column,
    insert_row,
    insert_rows,
    insert_rows_for,
    is_single_statement,
)
from cx_feedback.core.pages import site_time
from cx_feedback.readers.models import Activity, Reader, VisitDay
from cx_feedback.readers.periods import EARLIEST, PeriodOf, get_period
from cx_feedback.readers.personal import erase_person
from cx_feedback.readers.privacy.consents import (
    give_consent,
    object_to_scoring,
    withdraw_consent,
    withdraw_objection,
)

__all__ = [
    "ActAbout",
    "LedgerEvent",
    "Speaker",
    "build_reader",
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
    """Create the row of a reader who acts for the first time; no day counts before consent."""
    reader = Reader(language=language[:12], user_id=user_id)
    insert_row(reader)
    return reader


def build_reader(*, language: str) -> Reader:
    """Return a reader without a row; ``record_act`` stores it together with the act."""
    return Reader(language=language[:12])


@dataclass(frozen=True)
class Speaker:
    """Who acts, not looked up yet: the reader of ``key``, a newcomer where there is none.

    ``untracked`` is that of ``Reader``.
    """

    key: uuid.UUID | None
    language: str = ""
    untracked: bool = False

    def look_up(self) -> Reader:
        """Return the reader, a newcomer (``build_reader``) without a row."""
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
    """Write an act into the ledger, count its day where that was agreed to, and tell the rooms.

    ``at`` is an aware datetime, now by default. ``here=False`` is for what somebody else did
    about the reader (approved a comment of theirs): no day counts. ``row`` is what the act made,
    not stored yet, of which ``object_id`` becomes the key: its ``reader`` is set, and it is
    stored here, a newcomer with it, by one statement where that can be. One transaction. Sends
    ``reader_acted``.
    """
    at = at or timezone.now()
    activity = Activity(kind=kind, page_id=page_id, object_id=object_id, detail=detail or {}, at=at)
    day = site_time.localdate(at) if here else None
    rows: list[Any] = [activity] if row is None else [row, activity]
    if isinstance(reader, Speaker):
        with _open_transaction(activity, counts=False):
            if _store_for_speaker(reader, rows, day):
                _send_acted(activity)
                return activity
        reader = reader.look_up()
    for item in rows:
        item.reader = reader
    if reader.pk is None:
        rows = [reader, *rows]
    counts = day is not None and _begins_period(reader, day)
    with _open_transaction(activity, counts):
        insert_rows(rows, {} if row is None else {(len(rows) - 1, "object_id"): len(rows) - 2})
        if day is not None and counts:
            count_day(reader=reader, day=day)
        _send_acted(activity)
    return activity


def _store_for_speaker(speaker: Speaker, rows: list[Any], day: datetime.date | None) -> bool:
    """Store ``rows`` for the reader of a key together with looking for that reader.

    Return whether that was all that there is to do: no, and nothing is stored, where nobody has
    this key or the day begins a period of theirs, which counts if they agreed to that.
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


def _open_transaction(activity: Activity, counts: bool) -> AbstractContextManager[Any]:
    """Return the transaction around an act, none where it is a single statement.

    A transaction would be two more ways to the database and back.
    """
    if counts or not is_single_statement(Activity):
        return transaction.atomic(savepoint=False)
    wanted = signals.is_act_wanted(Activity, kind=activity.kind, detail=activity.detail)
    return transaction.atomic(savepoint=False) if wanted else nullcontext()


@dataclass(frozen=True)
class LedgerEvent:
    """Something that was done about a reader, for the ledger."""

    reader_id: int
    object_id: int | None
    detail: dict[str, Any]


@transaction.atomic(savepoint=False)
def record_events(
    *, kind: str, rows: list[LedgerEvent], at: datetime.datetime | None = None
) -> None:
    """Write into the ledger what was done about readers: a mail, a place in an experiment.

    None of it is an act of theirs: no day counts and no room is told. ``detail["here"]`` says
    whether the reader had been here already on that day, for what is measured after it.
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
    """What somebody else did about a reader (approved a comment of theirs)."""

    reader_id: int
    page_id: int | None
    object_id: int | None
    detail: dict[str, Any]


@transaction.atomic(savepoint=False)
def record_acts_about(*, kind: str, rows: list[ActAbout]) -> None:
    """Do what ``act(here=False)`` does, for many readers with one statement."""
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


def count_day(*, reader: Reader, day: datetime.date) -> None:
    """Note that ``reader`` was here on ``day``, if they agreed to that and forbid it not now.

    The first act of a period writes its day and the figures; later acts of the same period
    write nothing, because the model has nothing to learn from them. Safe when two acts race:
    the visit day's constraint and a conditional update decide. A day before
    ``periods.EARLIEST`` is that of a clock that has lost its time, and does not count.
    """
    if _begins_period(reader, day):
        _note_day(reader, day)


def _begins_period(reader: Reader, day: datetime.date) -> bool:
    if not reader.counts_visits or reader.untracked:
        return False
    return day >= EARLIEST and reader.last_period != get_period(day)


@transaction.atomic(savepoint=False)
def _note_day(reader: Reader, day: datetime.date) -> None:
    advanced = _advance_figures(reader.pk, day)
    reader.refresh_from_db(fields=["last_day", "first_period", "last_period", "active_periods"])
    is_past = reader.last_period is not None and get_period(day) < reader.last_period
    if advanced or is_past:
        VisitDay.objects.bulk_create([VisitDay(reader=reader, day=day)], ignore_conflicts=True)
    if is_past:
        # A day from the past (a late import): its period may be known already, so count afresh.
        rebuild_figures(reader_ids=[reader.pk])


def _advance_figures(reader_id: int, day: datetime.date) -> bool:
    """Move the figures of a reader forward to ``day`` by one conditional statement.

    Return whether it was the first to do so for its period. A day after tomorrow by the
    database's clock is that of a server whose own clock runs ahead, and moves nothing.
    """
    period = get_period(day)
    yesterday = Value(day - datetime.timedelta(days=1), output_field=DateField())
    moved = Reader.objects.filter(
        Q(last_period__isnull=True) | Q(last_period__lt=period),
        LessThanOrEqual(yesterday, TruncDate(Now())),
        pk=reader_id,
        counts_visits=True,  # not withdrawn a moment ago
    ).update(
        active_periods=F("active_periods") + 1,
        first_period=Coalesce("first_period", Value(period)),
        last_period=period,
        last_day=day,
    )
    return bool(moved)


@transaction.atomic
def rebuild_figures(*, reader_ids: list[int]) -> int:
    """Work out the figures of these readers from their visit days; return how many changed.

    Used by imports, after merges and after a change of the period's length. The database does
    it in one statement; cut large sets into some thousands of ids.
    """
    # Lock first, look second: a day counted meanwhile waits, and is added on top by its act.
    locked = list(Reader.objects.select_for_update().filter(pk__in=reader_ids).values_list("pk"))
    days = VisitDay.objects.filter(reader=OuterRef("pk")).order_by().values("reader")

    def of_days(aggregate: Aggregate) -> Subquery:
        return Subquery(days.annotate(figure=aggregate).values("figure"))

    figures = {
        "first_period": of_days(Min(PeriodOf("day"))),
        "last_period": of_days(Max(PeriodOf("day"))),
        "active_periods": Coalesce(of_days(Count(PeriodOf("day"), distinct=True)), 0),
        "last_day": of_days(Max("day")),
    }
    differs = Q()
    for name, now in figures.items():
        nothing: Any = datetime.date.min if name == "last_day" else -(10**9)
        differs |= ~Q(Exact(Coalesce(F(name), nothing), Coalesce(now, nothing)))
    return Reader.objects.filter(differs, pk__in=[pk for (pk,) in locked]).update(**figures)


@transaction.atomic
def confirm_email(*, reader: Reader, email: str) -> Reader:
    """Give ``reader`` the address that was just proved, and return the reader who owns it.

    Another reader may own it already (the same person on another device): then that row is
    returned and the caller goes on with it. An unproved address must never come here.
    """
    email = email.strip().lower()
    owner = Reader.objects.select_for_update().filter(email=email).exclude(pk=reader.pk).first()
    if owner is not None:
        return owner
    try:
        with transaction.atomic():
            Reader.objects.filter(pk=reader.pk).update(email=email)
    except IntegrityError:  # proved for another reader at the same moment
        return Reader.objects.get(email=email)
    reader.email = email
    return reader
