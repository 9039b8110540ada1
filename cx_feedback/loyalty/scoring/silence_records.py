"""Store, announce and end the silences of readers, each exactly once.

From when on a reader is silent, ``tier_rules`` says.
"""

import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.core.pages import site_time
from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.models import Fit, Silence
from cx_feedback.loyalty.scoring.history_queries import get_scored_readers
from cx_feedback.loyalty.scoring.large_sites import full_scan_cursor
from cx_feedback.loyalty.scoring.tier_announcements import announce_moves
from cx_feedback.loyalty.scoring.tier_rules import SILENT_TIERS, Tier
from cx_feedback.loyalty.scoring.tier_transitions import (
    CELL,
    READER,
    SILENCE,
    SILENCE_COLUMNS,
    SILENCE_ONCE,
    get_cell_condition,
)
from cx_feedback.loyalty.scoring.uncounted_days import get_open_gap
from cx_feedback.loyalty.selectors import get_newest_fit
from cx_feedback.loyalty.site_settings import get_loyalty_config
from cx_feedback.readers.models import Consent, Reader, VisitDay

#: Silences announced or ended in one transaction.
BATCH = 200
#: Returns found by one query.
MANY = 10_000
#: Days that an imported visit may be late and still be found by the nightly run.
LATE_DAYS = 3
VISITS = VisitDay._meta.db_table


def find_silences(*, fit: Fit | None = None) -> tuple[int, int]:
    """Create a silence for each reader at risk or lapsed who has none since the last visit.

    A scoring creates them itself; this function finds the missing ones. ``fit`` defaults to the
    newest. Returns the number of new silences, and of those that were found late: the reader had
    already lapsed, so that the silence is not announced.
    """
    fit = fit or get_newest_fit()
    if fit is None:
        return 0, 0
    return _insert_silences(fit, Tier.AT_RISK), _insert_silences(fit, Tier.LOST)


def _insert_silences(fit: Fit, tier: Tier) -> int:
    match, cell = get_cell_condition(fit, "r")
    # Existing silences are left to the constraint. An anti-join, planned for a table that was small
    # when it was last analyzed, took minutes instead of seconds.
    insert = (
        f"INSERT INTO {SILENCE} ({SILENCE_COLUMNS}) "
        f"SELECT r.id, r.last_day, %s, c.p_return, %s FROM {READER} r, {CELL} c "
        f"WHERE {match} AND NOT r.visits_withdrawn AND r.tier <> %s AND r.last_day <= %s "
        f"AND c.tier = %s "
        f"{SILENCE_ONCE}"
    )
    params: tuple[Any, ...] = (fit.as_of, tier is Tier.LOST, *cell)
    params += (str(Tier.PROGRAM), fit.as_of, str(tier))
    with full_scan_cursor() as cursor:
        if not connection.features.has_select_for_update:  # only one connection writes at a time
            cursor.execute(insert, params)
            return cursor.rowcount
        # Lock the readers of new silences, and delete those of readers who were deleted meanwhile.
        cursor.execute(
            f"WITH new AS ({insert} RETURNING id, reader_id), there AS (SELECT r.id "
            f"FROM {READER} r JOIN new ON r.id = new.reader_id FOR KEY SHARE OF r) "
            "SELECT (SELECT COUNT(*) FROM new), "
            "ARRAY(SELECT id FROM new WHERE reader_id NOT IN (SELECT id FROM there))",
            params,
        )
        inserted, orphans = cursor.fetchone()
        if orphans:
            Silence.objects.filter(pk__in=orphans).delete()
    return int(inserted) - len(orphans)


def announce_silences(*, as_of: datetime.date | None = None) -> int:
    """Send ``reader_fell_silent`` for each new silence; return their number.

    The signal is sent in the transaction that marks the silence as announced. It is therefore
    sent exactly once, and rows of receivers are committed together with the mark. Readers who
    came back up to ``as_of`` (by default today) are left out. While no visits are counted, nobody
    is announced: everybody would seem to be silent.
    """
    if get_open_gap(get_newest_fit()) is not None:
        return 0
    as_of, announced = as_of or site_time.localdate(), 0
    while (batch := _announce_batch(as_of)) is not None:
        announced += batch
    return announced


@transaction.atomic
def _announce_batch(as_of: datetime.date) -> int | None:
    """Announce one batch; return the number of silences, None if none was left."""
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
            left_in_peace_at__isnull=True,
            fell_silent_on__lte=as_of,
        )
        .order_by("pk")[:BATCH]
    )
    if not found:
        return None
    unseen = _find_withdrawn(found) | _find_uncounted(found)
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


def _find_withdrawn(silences: list[Silence]) -> set[int]:
    """Return the ids of silences of readers who withdrew their consent after the last visit.

    Their visits are no longer counted, so their absence must not be announced.
    """
    withdrawn = Consent.objects.filter(
        purpose=Consent.VISITS,
        withdrawn_at__isnull=False,
        reader__counts_visits=False,
        reader__in=[silence.reader_id for silence in silences],
    ).values_list("reader_id", "withdrawn_at")
    latest: dict[int, datetime.date] = {}
    for reader_id, at in withdrawn:
        day = site_time.localdate(at)
        latest[reader_id] = max(day, latest.get(reader_id, day))
    return {s.pk for s in silences if latest.get(s.reader_id, datetime.date.min) >= s.last_day}


def _find_uncounted(silences: list[Silence]) -> set[int]:
    """Return the ids of silences that began while no visits were counted and are none any more.

    Scores without the days that were not counted have moved their readers back.
    """
    fit = get_newest_fit()
    gaps = CountingGap.from_rows(fit.gaps) if fit else []
    begun = {
        s.pk: s.reader_id
        for s in silences
        for day in (get_day_number(s.fell_silent_on),)
        if any(gap.touches(day, day) for gap in gaps)
    }
    silent = set(
        Reader.objects.filter(pk__in=begun.values(), tier__in=SILENT_TIERS).values_list(
            "pk", flat=True
        )
    )
    return {pk for pk, reader in begun.items() if reader not in silent}


def end_silences(
    *,
    as_of: datetime.date | None = None,
    since: datetime.date | None = None,
    any_tier: bool = False,
) -> int:
    """End the silences of readers who came back up to ``as_of``, by default today.

    With ``since`` only readers with a visit on that day or later are included, and unless
    ``any_tier`` only readers in a tier of silence. Silences of readers in another tier (after a
    change of the borders, or before the tiers are updated) are found by the hourly check, and
    visits that are imported late by the weekly refit. Sends ``reader_won_back`` in the same
    transaction. Returns the number of ended silences.
    """
    as_of, ended = as_of or site_time.localdate(), 0
    while ids := _find_returned(as_of, since, any_tier):
        parts = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
        these = sum(_end_batch(as_of, part) for part in parts)
        ended += these
        if len(ids) < MANY or not these:  # the last ones, or another process is ending them
            break
    return ended


def get_unscored_since(as_of: datetime.date | None = None) -> datetime.date | None:
    """Return the first day of visits that no scoring may have seen; None for all days.

    It lies some days before the newest scores, because imported visits may be late. Even later
    ones are found by the weekly refit.
    """
    fit = get_newest_fit()
    if fit is None or fit.as_of > (as_of or site_time.localdate()):
        return None
    return fit.as_of - datetime.timedelta(days=LATE_DAYS)


def _find_returned(as_of: datetime.date, since: datetime.date | None, any_tier: bool) -> list[int]:
    """Return the ids of open silences whose readers came back, at most MANY.

    The query is materialized before the limit. Otherwise PostgreSQL plans for the first few rows
    and looks up the readers of all silences one by one.
    """
    with full_scan_cursor() as cursor:
        # The reader's last day and tier exclude most silences and visit days from the join.
        lately = ""
        params: tuple[Any, ...] = (as_of,)
        if since is not None:
            silent = () if any_tier else tuple(map(str, SILENT_TIERS))
            lately = f"AND r.last_day >= %s {'AND r.tier IN (%s, %s) ' if silent else ''}"
            params = (since, *silent, as_of, since)
        came = (
            f"SELECT s.id FROM {SILENCE} s JOIN {READER} r ON r.id = s.reader_id "
            f"WHERE s.won_back_on IS NULL AND r.last_day > s.last_day {lately}"
            f"AND EXISTS (SELECT 1 FROM {VISITS} v WHERE v.reader_id = s.reader_id "
            f"AND v.day > s.last_day AND v.day <= %s{' AND v.day >= %s' if since else ''})"
        )
        cursor.execute(
            f"WITH back AS MATERIALIZED ({came}) SELECT id FROM back LIMIT {MANY}", params
        )
        return sorted(pk for (pk,) in cursor.fetchall())


@transaction.atomic
def _end_batch(as_of: datetime.date, ids: list[int]) -> int:
    ended = _lock_returned(as_of, ids)
    Silence.objects.bulk_update(ended, ["won_back_on"])
    since = as_of - datetime.timedelta(weeks=get_loyalty_config().borders.won_back_weeks)
    fresh = [s.reader_id for s in ended if s.won_back_on and s.won_back_on > since]
    get_scored_readers().filter(pk__in=fresh).update(tier=Tier.WON_BACK)
    announce_moves(fresh, Tier.WON_BACK)
    # These came back long ago and may be absent again, which only a change of tier shows.
    others = {silence.reader_id for silence in ended} - set(fresh)
    get_scored_readers().filter(pk__in=others).update(tier="")
    for silence in ended:
        assert silence.won_back_on is not None
        signals.reader_won_back.send(
            Silence,
            reader_id=silence.reader_id,
            silence_id=silence.pk,
            days=(silence.won_back_on - silence.last_day).days,
        )
    return len(ended)


def _lock_returned(as_of: datetime.date, ids: list[int]) -> list[Silence]:
    """Lock and return the open silences whose readers came back, with ``won_back_on`` set."""
    days = VisitDay.objects.filter(
        reader=OuterRef("reader"), day__gt=OuterRef("last_day"), day__lte=as_of
    ).order_by("day")
    silences: QuerySet[Silence] = (
        Silence.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk__in=ids, won_back_on__isnull=True)
        .annotate(back=Subquery(days.values("day")[:1]))
        .filter(back__isnull=False)
        .order_by("pk")
    )
    found = list(silences)
    for silence in found:
        silence.won_back_on = silence.back  # type: ignore[attr-defined]
    return found
