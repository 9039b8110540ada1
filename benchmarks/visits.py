"""Readers by the million, drawn from a known process and copied straight into the tables."""

import datetime
import secrets
import uuid
from collections.abc import Iterator
from typing import Any

import numpy as np

#: Weeks over which readers begin and come.
WEEKS = 52
#: Drawn at a time.
BATCH = 200_000


def fill(readers: int, end: datetime.date) -> None:
    """Fill the tables of readers and their days with a year up to ``end``, a Sunday.

    Readers begin all over the year, and each visit falls on some day of its week. Made readers
    count from the id 1.
    """
    from django.db import connection

    rng = np.random.default_rng(5)
    for first in range(1, readers + 1, BATCH):
        size = min(BATCH, readers + 1 - first)
        ids, weeks, days = _draw(size, rng)
        _copy(
            "cx_feedback_readers_visitday (reader_id, day)",
            _lines(first + ids, days, end),
            after=_figures(first, size, ids, weeks, days, end),
        )
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('cx_feedback_readers_reader', 'id'), %s)",
            [readers],
        )
        cursor.execute("VACUUM ANALYZE")


def _draw(size: int, rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """Return reader, week (0 to 51) and day (days before the end) of each visit, by reader."""
    from cx_feedback.loyalty.model import Parameters
    from cx_feedback.loyalty.model.simulation import simulate_visits

    came = simulate_visits(Parameters(0.6, 3.0, 0.6, 6.0), size, WEEKS - 1, rng)
    begins = rng.integers(0, WEEKS, size)
    ids, after = np.nonzero(came)
    weeks = begins[ids] + after
    seen = weeks < WEEKS
    ids, weeks = ids[seen], weeks[seen]
    return ids, weeks, (WEEKS - 1 - weeks) * 7 + rng.integers(0, 7, len(ids))


def _lines(ids: Any, days: Any, end: datetime.date) -> Iterator[str]:
    names = [(end - datetime.timedelta(days=ago)).isoformat() for ago in range(WEEKS * 7)]
    return (f"{i}\t{names[ago]}\n" for i, ago in zip(ids.tolist(), days.tolist(), strict=True))


def _figures(
    first: int, size: int, ids: Any, weeks: Any, days: Any, end: datetime.date
) -> tuple[str, Iterator[str]]:
    """Return the copy of the readers themselves: their figures, with a key at random."""
    from cx_feedback.readers.periods import get_period

    begins = np.searchsorted(ids, np.arange(size))
    last = np.append(begins[1:], len(ids)) - 1
    zero = get_period(end) - WEEKS + 1
    table = np.stack(
        [zero + weeks[begins], zero + weeks[last], last - begins + 1, days[last]], axis=1
    )
    high = secrets.randbits(64) << 64
    now = f"{end.isoformat()} 23:00:00+00:00"

    def lines() -> Iterator[str]:
        for number, (one, two, active, ago) in enumerate(table.tolist(), first):
            day = end - datetime.timedelta(days=ago)
            yield (
                f"{number}\t{uuid.UUID(int=high + number).hex}\t\tes\t1\t0\t0\t{now}\t{day}\t"
                f"{one}\t{two}\t{active}\t\n"
            )

    columns = (
        "id, key, external_id, language, counts_visits, visits_withdrawn, objects_to_scoring, "
        "created_at, last_day, first_period, last_period, active_periods, tier"
    )
    return f"cx_feedback_readers_reader ({columns})", lines()


def _copy(into: str, lines: Iterator[str], after: tuple[str, Iterator[str]]) -> None:
    """Copy rows, those of ``after`` first, which the others point to."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Every reader was copied just before, so each visit need not look its own up.
            cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in (after, (into, lines)):
            if connection.vendor != "postgresql":
                marks = ", ".join(["%s"] * (table.count(",") + 1))
                values = (row.rstrip("\n").split("\t") for row in rows)
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
                continue
            with cursor.cursor.copy(f"COPY {table} FROM STDIN") as copy:  # type: ignore[attr-defined]
                for row in rows:
                    copy.write(row)
