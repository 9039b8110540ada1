"""Requesting, writing, cancelling and deleting exports."""

import datetime
import zlib
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone, translation
from wagtail.log_actions import log

from cx_feedback.core import signals
from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.core.retention_periods import get_cutoff
from cx_feedback.core.tables.csv_separators import Separator
from cx_feedback.surveys.exports.exported_responses import plan_table, select_rows
from cx_feedback.surveys.exports.file_writer import write_csv, write_xlsx
from cx_feedback.surveys.exports.models import Export, ExportPart
from cx_feedback.surveys.exports.progress import ExportStopped, save_progress
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.single_responses.response_filters import ResponseFilters

#: An export without progress for this long is continued by another worker.
STALE_AFTER = datetime.timedelta(minutes=3)
REQUEST_ACTION, DOWNLOAD_ACTION = (
    "cx_feedback.surveys.export.request",
    "cx_feedback.surveys.export.download",
)


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
            write_csv(export, table) if export.format == "csv" else write_xlsx(export, table)
        export.total = export.written  # filters on answers are only known to hold by reading
        _finish_export(export)
    except ExportStopped:
        ExportPart.objects.filter(export_id=export_id).delete()
    except Exception:
        Export.objects.filter(pk=export_id).update(state=Export.State.FAILED)
        raise
    return True


@transaction.atomic
def _finish_export(export: Export) -> None:
    save_progress(export, state=Export.State.DONE)
    signals.export_ready.send(Export, export_id=export.pk, survey_id=export.survey_id)


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


def content_of(export: Export) -> Iterator[bytes]:
    """Iterate over the file, with one part in memory at a time."""
    for number in range(export.parts.count()):
        part = export.parts.values_list("content", flat=True).get(number=number)
        yield zlib.decompress(bytes(part))


def note_download(*, export: Export, user: Any) -> None:
    """Record a download in Wagtail's audit log."""
    log(export.survey, DOWNLOAD_ACTION, user=user, data={"format": export.format})


def find_old_exports(now: datetime.datetime) -> QuerySet[Export]:
    """Return the exports that have been kept long enough."""
    return Export.objects.filter(created_at__lt=get_cutoff("response_exports", now=now))


def sweep_exports() -> int:
    """Delete old exports and continue those without progress; return the number deleted."""
    now = timezone.now()
    count, _by_model = find_old_exports(now).delete()
    still = Export.objects.filter(
        state__in=(Export.State.WAITING, Export.State.RUNNING), progress_at__lt=now - STALE_AFTER
    )
    for export in still:
        nudge("cx_feedback.surveys.write_export", export.pk)
    return count
