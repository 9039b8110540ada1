"""Readers who fall silent and those who come back: found by sets, told exactly once."""

import datetime

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.loyalty.decided import decided
from cx_feedback.loyalty.models import Fit, Silence
from cx_feedback.loyalty.selectors import newest_fit
from cx_feedback.loyalty.tier_moves import (
    CELL,
    READER,
    SILENCE,
    SILENCE_COLUMNS,
    match_cells,
)
from cx_feedback.loyalty.tiers import Tier
from cx_feedback.readers.models import Consent, Reader, VisitDay

#: Silences told of, or ended, in one transaction.
BATCH = 200


def find_silent(*, fit: Fit | None = None) -> tuple[int, int]:
    """Write a silence for each reader at risk or lost who has none since their last visit.

    A run that moves tiers writes them itself; this finds what is missing all the same. Uses the
    newest complete fit by default. Returns how many are new, and how many were found late:
    lost already when they were first seen, too late to tell anybody.
    """
    fit = fit or newest_fit()
    if fit is None:
        return 0, 0
    return _insert(fit, Tier.AT_RISK), _insert(fit, Tier.LOST)


@transaction.atomic
def _insert(fit: Fit, tier: Tier) -> int:
    match, params = match_cells(fit, "r")
    with connection.cursor() as cursor:
        # Only the constraint says what is there already: an anti-join, planned on a table that
        # was small when last analysed, took minutes where this takes seconds.
        cursor.execute(
            f"INSERT INTO {SILENCE} ({SILENCE_COLUMNS}) "
            f"SELECT r.id, r.last_day, %s, c.p_return, %s FROM {READER} r, {CELL} c "
            f"WHERE {match} AND r.last_day <= %s AND c.tier = %s ON CONFLICT DO NOTHING",
            (fit.as_of, tier is Tier.LOST, *params, fit.as_of, str(tier)),
        )
        return cursor.rowcount


def announce(*, as_of: datetime.date | None = None) -> int:
    """Send ``reader_fell_silent`` for each silence not told of yet; return how many.

    The signal goes out in the transaction that marks the silence, so it is sent exactly once
    and what receivers write is kept with the mark. Who came again up to ``as_of`` (today by
    default) is left out.
    """
    as_of, told = as_of or timezone.localdate(), 0
    while (batch := _announce_some(as_of)) is not None:
        told += batch
    return told


@transaction.atomic
def _announce_some(as_of: datetime.date) -> int | None:
    """Tell of one batch; return of how many, None when there was none left."""
    came_again = VisitDay.objects.filter(
        reader=OuterRef("reader"), day__gt=OuterRef("last_day"), day__lte=as_of
    )
    found = list(
        Silence.objects.select_for_update(skip_locked=True)
        .filter(
            ~Exists(came_again),
            announced_at__isnull=True,
            late=False,
            won_back_on__isnull=True,
            fell_on__lte=as_of,
        )
        .order_by("pk")[:BATCH]
    )
    if not found:
        return None
    unseen = _not_seen_any_more(found)
    Silence.objects.filter(pk__in=unseen).update(late=True)
    silences = [silence for silence in found if silence.pk not in unseen]
    Silence.objects.filter(pk__in=[s.pk for s in silences]).update(announced_at=timezone.now())
    for silence in silences:
        signals.reader_fell_silent.send(
            Silence,
            reader_id=silence.reader_id,
            silence_id=silence.pk,
            since=silence.last_day,
            probability=silence.probability,
        )
    return len(silences)


def _not_seen_any_more(silences: list[Silence]) -> set[int]:
    """Return the ids of silences of readers who forbade counting after their last visit.

    That we do not see them is no silence of theirs, so nobody is told of it.
    """
    withdrawn = Consent.objects.filter(
        purpose=Consent.VISITS,
        withdrawn_at__isnull=False,
        reader__counts_visits=False,
        reader__in=[silence.reader_id for silence in silences],
    ).values_list("reader_id", "withdrawn_at")
    latest: dict[int, datetime.date] = {}
    for reader_id, at in withdrawn:
        day = timezone.localdate(at)
        latest[reader_id] = max(day, latest.get(reader_id, day))
    return {s.pk for s in silences if latest.get(s.reader_id, datetime.date.min) >= s.last_day}


def find_won_back(*, as_of: datetime.date | None = None) -> int:
    """End the silences of readers who came again up to ``as_of``, today by default.

    Sends ``reader_won_back`` in the same transaction; returns how many silences ended.
    """
    as_of, ended = as_of or timezone.localdate(), 0
    while count := _end_some(as_of):
        ended += count
    return ended


@transaction.atomic
def _end_some(as_of: datetime.date) -> int:
    ended = _returned(as_of)
    Silence.objects.bulk_update(ended, ["won_back_on"])
    since = as_of - datetime.timedelta(weeks=decided().borders.won_back_weeks)
    fresh = [s.reader_id for s in ended if s.won_back_on and s.won_back_on > since]
    Reader.objects.filter(pk__in=fresh).update(tier=Tier.WON_BACK)
    # Back so long ago that a new silence may have begun, which only a change of tier shows.
    others = {silence.reader_id for silence in ended} - set(fresh)
    Reader.objects.filter(pk__in=others).update(tier="")
    for silence in ended:
        assert silence.won_back_on is not None
        signals.reader_won_back.send(
            Silence,
            reader_id=silence.reader_id,
            silence_id=silence.pk,
            days=(silence.won_back_on - silence.last_day).days,
        )
    return len(ended)


def _returned(as_of: datetime.date) -> list[Silence]:
    """Return, locked, open silences whose readers came again, ``won_back_on`` set."""
    days = VisitDay.objects.filter(
        reader=OuterRef("reader"), day__gt=OuterRef("last_day"), day__lte=as_of
    ).order_by("day")
    silences: QuerySet[Silence] = (
        Silence.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(won_back_on__isnull=True, reader__last_day__gt=F("last_day"))
        .annotate(back=Subquery(days.values("day")[:1]))
        .filter(back__isnull=False)
        .order_by("pk")
    )
    found = list(silences[:BATCH])
    for silence in found:
        silence.won_back_on = silence.back  # type: ignore[attr-defined]
    return found
