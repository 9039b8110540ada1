"""Requesting, writing, cancelling and deleting exports."""

from __future__ import annotations

import datetime
import io
import tempfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone, translation
from django.utils.translation import pgettext
from wagtail.log_actions import log

from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.core.retention_periods import get_cutoff
from cx_feedback.core.tables.csv_separators import Separator
from cx_feedback.core.tables.table_writer import BYTE_ORDER_MARK, CSVWriter, xlsx_cell
from cx_feedback.surveys.exports.codebook import build_codebook
from cx_feedback.surveys.exports.export_table import ExportTable, plan_table, select_rows
from cx_feedback.surveys.exports.models import Export, ExportPart
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.parts import Cell
from cx_feedback.surveys.single_responses.response_filters import ResponseFilters

if TYPE_CHECKING:
    from openpyxl import Workbook

#: Responses between two commits of a CSV file, and between two updates of the progress.
ROWS_PER_COMMIT = 5_000
#: The size in bytes of the parts of an XLSX file before compression.
PART_SIZE = 1 << 20
#: The maximum number of rows in a sheet.
MAX_SHEET_ROWS = 1_048_576
#: An export without progress for this long is continued by another worker.
STALE_AFTER = datetime.timedelta(minutes=3)
REQUEST_ACTION, DOWNLOAD_ACTION = (
    "cx_feedback.surveys.export.request",
    "cx_feedback.surveys.export.download",
)


class ExportStopped(Exception):
    """The export was cancelled or deleted while it was being written."""


@transaction.atomic
def request_export(
    *,
    survey: Survey,
    user: Any,
    format: str,
    headings: str,
    with_texts: bool,
    separator: str = Separator.COMMA,
    filters: ResponseFilters | None = None,
    with_excluded: bool = False,
) -> Export:
    """Create an export of responses to a survey and its translations; a task writes it.

    ``filters`` select them; tests and spam are left out unless ``with_excluded`` is set or their
    state is selected. The request is recorded in Wagtail's audit log. The caller must check
    permissions.
    """
    filters = filters or ResponseFilters()
    responses = select_rows(survey, filters, with_excluded=with_excluded)
    found = responses.aggregate(total=Count("pk"), until=Max("pk"))
    export = Export.objects.create(
        survey_id=survey.pk,
        user=user,
        format=Export.Format(format),
        headings=Export.Headings(headings),
        separator=Separator(separator),
        with_texts=with_texts,
        filters=filters.as_query(),
        with_excluded=with_excluded,
        total=found["total"],
        last_included_id=found["until"] or 0,
    )
    data = {"format": format, "with_texts": with_texts, "filters": export.filters}
    log(survey, REQUEST_ACTION, user=user, data=data)
    nudge("cx_feedback.surveys.write_export", export.pk)
    return export


@transaction.atomic
def cancel_export(*, export: Export) -> None:
    """Cancel an export and delete its parts; an export that is ready is left alone."""
    waiting = Export.objects.filter(
        pk=export.pk, state__in=(Export.State.WAITING, Export.State.RUNNING)
    )
    if waiting.update(state=Export.State.CANCELLED, progress_at=timezone.now()):
        ExportPart.objects.filter(export_id=export.pk).delete()


def write_export(*, export_id: int) -> bool:
    """Write an export; return False if it is not waiting to be written.

    Only one process writes an export at a time. An incomplete CSV file is continued after its last
    part; an XLSX file, which is one ZIP archive, is written again from the start.
    """
    export = _claim_export(export_id)
    if export is None:
        return False
    try:
        with translation.override(export.survey.locale.language_code):
            table = plan_table(export)
            _write_csv(export, table) if export.format == "csv" else _write_xlsx(export, table)
        export.total = export.written  # filters on answers are only known to hold by reading
        _save_progress(export, state=Export.State.DONE)
    except ExportStopped:
        ExportPart.objects.filter(export_id=export_id).delete()
    except Exception:
        Export.objects.filter(pk=export_id).update(state=Export.State.FAILED)
        raise
    return True


@transaction.atomic
def _claim_export(export_id: int) -> Export | None:
    now = timezone.now()
    left = Q(state=Export.State.WAITING) | Q(
        state=Export.State.RUNNING, progress_at__lt=now - STALE_AFTER
    )
    free = Export.objects.filter(left, pk=export_id)
    if not free.update(state=Export.State.RUNNING, progress_at=now):
        return None
    export = Export.objects.select_related("survey__locale").get(pk=export_id)
    if export.format == Export.Format.XLSX and export.last_written_id:
        export.parts.all().delete()
        export.last_written_id = export.written = export.size = 0
    return export


@transaction.atomic
def _save_progress(export: Export, content: bytes = b"", state: str = Export.State.RUNNING) -> None:
    """Commit a part of the file with the progress; raises ExportStopped."""
    if content:
        number = ExportPart.objects.filter(export_id=export.pk).count()
        export.size += len(content)
    running = Export.objects.filter(pk=export.pk, state=Export.State.RUNNING)
    moved = running.update(
        written=export.written,
        total=export.total,
        last_written_id=export.last_written_id,
        size=export.size,
        progress_at=timezone.now(),
        state=state,
    )
    if not moved:
        raise ExportStopped
    if content:
        ExportPart.objects.create(
            export_id=export.pk, number=number, content=zlib.compress(content)
        )


def _write_csv(export: Export, table: ExportTable) -> None:
    text = io.StringIO()
    writer = CSVWriter(text, Separator(export.separator))
    if not export.last_written_id:
        text.write(BYTE_ORDER_MARK)
        writer.writerow(table.header)
    for number, row in enumerate(table.iterate_rows(), 1):
        if row.cells is not None:
            writer.writerow(row.cells)
            export.written += 1
        export.last_written_id = row.pk
        if number % ROWS_PER_COMMIT == 0:
            _save_progress(export, text.getvalue().encode())
            text.seek(0)
            text.truncate()
    _save_progress(export, text.getvalue().encode())


def _write_xlsx(export: Export, table: ExportTable) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet: Any = None
    for number, row in enumerate(table.iterate_rows(), 1):
        if row.cells is not None:
            if export.written % (MAX_SHEET_ROWS - 1) == 0:
                sheet = _write_sheet(book, table.header)
            sheet.append([xlsx_cell(sheet, cell) for cell in row.cells])
            export.written += 1
        export.last_written_id = row.pk
        if number % ROWS_PER_COMMIT == 0:
            _save_progress(export)
    if sheet is None:
        _write_sheet(book, table.header)
    _write_codebook(book, export, table)
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while part := file.read(PART_SIZE):
            _save_progress(export, part)


def _write_sheet(book: Workbook, first: list[Cell], title: str | None = None) -> Any:
    sheet = book.create_sheet(title)
    sheet.append([xlsx_cell(sheet, cell) for cell in first])
    return sheet


def _write_codebook(book: Workbook, export: Export, table: ExportTable) -> None:
    rows = build_codebook(export.survey, table.columns, table.extra, export.headings)
    sheet = _write_sheet(book, next(rows), pgettext("survey", "Codebook"))
    for row in rows:
        sheet.append([xlsx_cell(sheet, cell) for cell in row])


def content_of(export: Export) -> Iterator[bytes]:
    """Iterate over the file, with one part in memory at a time."""
    for number in range(export.parts.count()):
        part = export.parts.values_list("content", flat=True).get(number=number)
        yield zlib.decompress(bytes(part))


def note_download(*, export: Export, user: Any) -> None:
    """Record a download in Wagtail's audit log."""
    log(export.survey, DOWNLOAD_ACTION, user=user, data={"format": export.format})


def sweep_exports() -> int:
    """Delete old exports and continue those without progress; return the number deleted."""
    now = timezone.now()
    old = get_cutoff("response_exports", now=now)
    count, _by_model = Export.objects.filter(created_at__lt=old).delete()
    still = Export.objects.filter(
        state__in=(Export.State.WAITING, Export.State.RUNNING), progress_at__lt=now - STALE_AFTER
    )
    for export in still:
        nudge("cx_feedback.surveys.write_export", export.pk)
    return count
