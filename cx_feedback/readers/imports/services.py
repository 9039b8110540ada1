"""Importing a visit log: readers, visit days and, on request, activities."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field

from django.db import transaction

from cx_feedback.core.pages import site_time
from cx_feedback.readers.imports.activity_log import BadLine, Visit
from cx_feedback.readers.models import Activity, PastVisits, Reader, VisitDay
from cx_feedback.readers.services import rebuild_figures

Key = tuple[int, datetime.date]

#: Invalid lines listed in the report; the others are only counted.
SHOWN = 20


@dataclass
class ImportReport:
    """The result of an import; ``lines == days_new + days_known + errors``."""

    lines: int = 0
    readers_new: int = 0
    days_new: int = 0
    days_known: int = 0
    errors: int = 0
    acts_new: int = 0
    bad_lines: list[BadLine] = field(default_factory=list)

    def note(self, bad: BadLine) -> None:
        """Count an invalid line, and list it if it is among the first."""
        self.errors += 1
        if len(self.bad_lines) < SHOWN:
            self.bad_lines.append(bad)


class ImportAborted(Exception):
    """There are invalid lines and the import is strict, so nothing was imported."""

    def __init__(self, report: ImportReport) -> None:
        self.report = report
        super().__init__(f"{report.errors} invalid lines")


def import_activity(
    *,
    lines: Iterable[Visit | BadLine],
    strict: bool = False,
    kind: str = "",
    batch_size: int = 5000,
    progress: Callable[[ImportReport], None] = lambda report: None,
) -> ImportReport:
    """Import the visit days of a log; a repeated import counts no day twice.

    By default the valid lines are imported, ``batch_size`` of them per transaction. With
    ``strict`` everything is one transaction, and ImportAborted is raised after reading all lines
    if one of them is invalid. With ``kind`` each day is also recorded in the ledger as an
    activity of that kind, at noon. No signals are sent. Memory use is that of one batch.
    """
    report = ImportReport()
    with transaction.atomic() if strict else nullcontext():
        for batch in _iter_batches(lines, report, batch_size):
            if not (strict and report.errors):
                _write_batch(batch, kind, report)
            progress(report)
        if strict and report.errors:
            raise ImportAborted(report)
    return report


def _iter_batches(
    lines: Iterable[Visit | BadLine], report: ImportReport, size: int
) -> Iterator[list[Visit]]:
    """Yield the valid lines in lists of at most ``size``, also during long runs of invalid ones."""
    batch: list[Visit] = []
    for line in lines:
        report.lines += 1
        if isinstance(line, BadLine):
            report.note(line)
        else:
            batch.append(line)
        if len(batch) == size or report.lines % (10 * size) == 0:
            yield batch
            batch = []
    yield batch


@transaction.atomic
def _write_batch(batch: list[Visit], kind: str, report: ImportReport) -> None:
    """Store one batch and update the figures of its readers in one transaction.

    If a crash came between the two, the next import would find the days already stored, and the
    figures would never count them.
    """
    if not batch:
        return
    ids, new = _get_or_create_readers({visit.external_id for visit in batch})
    wanted = dict.fromkeys((ids[visit.external_id], visit.day) for visit in batch)
    named = Reader.objects.exclude(external_id="").filter(
        external_id__in=ids, objects_to_scoring=True
    )
    refusing = set(named.values_list("pk", flat=True))
    days = sorted({day for _, day in wanted})
    known = set(
        VisitDay.objects.filter(
            reader_id__in=set(ids.values()), day__range=(days[0], days[-1])
        ).values_list("reader_id", "day")
    )
    # Days up to then were counted and deleted.
    until = dict(
        PastVisits.objects.filter(reader_id__in=set(ids.values())).values_list("reader_id", "until")
    )
    missing = [
        (reader_id, day)
        for reader_id, day in wanted
        if (reader_id, day) not in known
        and reader_id not in refusing
        and day > until.get(reader_id, datetime.date.min)
    ]
    VisitDay.objects.bulk_create(
        [VisitDay(reader_id=reader_id, day=day) for reader_id, day in missing],
        ignore_conflicts=True,
    )
    if missing:
        rebuild_figures(reader_ids=sorted({reader_id for reader_id, _ in missing}))
    if kind:
        report.acts_new += _write_acts(list(wanted), kind)
    report.readers_new += new
    report.days_new += len(missing)
    report.days_known += len(batch) - len(missing)


def _get_or_create_readers(names: set[str]) -> tuple[dict[str, int], int]:
    """Return a map of external ids to reader ids for ``names``, and the number of new readers."""
    # The exclusion repeats the condition of the partial index, so that it is used.
    named = Reader.objects.exclude(external_id="")
    ids = dict(named.filter(external_id__in=names).values_list("external_id", "pk"))
    missing = sorted(names - ids.keys())
    if missing:
        Reader.objects.bulk_create(
            [Reader(external_id=name) for name in missing], ignore_conflicts=True
        )
        ids.update(named.filter(external_id__in=missing).values_list("external_id", "pk"))
    return ids, len(missing)


def _write_acts(wanted: list[Key], kind: str) -> int:
    """Record an activity of ``kind`` at noon of each day without one; return their number."""
    moments = {key: _get_noon(key[1]) for key in wanted}
    known = set(
        Activity.objects.filter(
            kind=kind,
            reader_id__in={reader_id for reader_id, _ in wanted},
            at__range=(min(moments.values()), max(moments.values())),
        ).values_list("reader_id", "at")
    )
    acts = [
        Activity(reader_id=key[0], kind=kind, at=at)
        for key, at in moments.items()
        if (key[0], at) not in known
    ]
    Activity.objects.bulk_create(acts)
    return len(acts)


def _get_noon(day: datetime.date) -> datetime.datetime:
    return site_time.make_aware(datetime.datetime.combine(day, datetime.time(12)))
