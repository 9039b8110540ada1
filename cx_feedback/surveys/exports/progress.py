"""Commits the parts of a file that is being written, with the progress."""

import zlib

from django.db import transaction
from django.utils import timezone

from cx_feedback.surveys.exports.models import Export, ExportPart


class ExportStopped(Exception):
    """The export was cancelled or deleted while it was being written."""


@transaction.atomic
def save_progress(export: Export, content: bytes = b"", state: str = Export.State.RUNNING) -> None:
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
