"""The task's part of an import: checks a file or imports it, chunk by chunk."""

import datetime
import logging
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from wagtail.log_actions import log

from cx_feedback.core.errors import FeedbackError, get_error_text
from cx_feedback.core.tables.table_reader import (
    Problem,
    Sheet,
    UnreadableFile,
    guess_encoding,
    open_table,
    read_beginning,
)
from cx_feedback.core.text.failure_summary import summarize_failure
from cx_feedback.newsletter.imports.row_reader import RowDefaults, RowReader
from cx_feedback.newsletter.imports.subscriber_writer import ImportReport, import_rows
from cx_feedback.newsletter.models import SubscriberImport

logger = logging.getLogger(__name__)
State = SubscriberImport.State
FINISH_ACTION = "cx_feedback.newsletter.import.finish"
WORKING_STATES = (State.CHECKING, State.RUNNING)
#: Refused rows whose problems are stored.
MAX_PROBLEMS = 1000
#: An import without progress for this long is resumed.
STALE_AFTER = datetime.timedelta(minutes=3)


class ImportTaken(Exception):
    """Raised if the import was discarded or taken over by another run."""


def process_import(*, import_id: int) -> bool:
    """Check or import a file and return whether there was anything to do.

    Only one process works on an import. Each chunk is committed together with the progress, so
    that an import continues after its last chunk if a worker is killed, and no row is stored
    partly or twice.
    """
    row = _claim_import(import_id)
    if row is None:
        return False
    try:
        # Problems are stored in the language of the editor.
        with translation.override(row.report_language or translation.get_language()):
            _check_file(row) if row.state == State.CHECKING else _import_file(row)
    except ImportTaken:
        logger.info("Another run works on import %d, or nobody wants it any more", import_id)
    except UnreadableFile as error:
        # A truncated workbook is found by the check, before anything is imported.
        _mark_failed(row, str(error))
    except FeedbackError as error:
        _mark_failed(row, get_error_text(error))
        raise
    except Exception as error:
        _mark_failed(row, summarize_failure(error))
        raise
    return True


def _mark_failed(row: SubscriberImport, reason: str) -> None:
    SubscriberImport.objects.filter(pk=row.pk).update(
        state=State.FAILED, error=reason, progress_at=None
    )


@transaction.atomic
def _claim_import(import_id: int) -> SubscriberImport | None:
    now = timezone.now()
    free = Q(progress_at__isnull=True) | Q(progress_at__lt=now - STALE_AFTER)
    rows = SubscriberImport.objects.filter(free, pk=import_id, state__in=WORKING_STATES)
    row: SubscriberImport | None = rows.select_for_update().first()
    if row is not None:
        row.progress_at = now
        row.save(update_fields=["progress_at"])
    return row


def _check_file(row: SubscriberImport) -> None:
    report = ImportReport()
    problems: list[list[Any]] = []
    _correct_encoding(row)
    with _open_rows(row) as (sheet, row_reader):
        for report in import_rows(
            sheet, row_reader, handle_problem=_collect_into(problems), dry_run=True
        ):
            _save_progress(row, check_counts=asdict(report))
    _save_progress(
        row, check_counts=asdict(report), problems=problems, state=State.CHECKED, progress_at=None
    )


def _correct_encoding(row: SubscriberImport) -> None:
    """Detect the encoding from the whole file, since an upload only looks at its beginning.

    If that would change the headings, the encoding stays and the check reports the line.
    """
    with _open_file(row) as path:
        encoding = guess_encoding(path)
        if encoding != row.encoding:
            headings, _rows_of_it = read_beginning(path, encoding=encoding)
            if list(headings) == row.headings:
                row.encoding = encoding
                _save_progress(row, encoding=encoding)


def _import_file(row: SubscriberImport) -> None:
    report = ImportReport(**row.import_counts)
    problems = list(row.problems)

    def save_report(report: ImportReport) -> None:
        _save_progress(row, import_counts=asdict(report), problems=problems)

    with _open_rows(row) as (sheet, row_reader):
        # The generator yields the same report after each chunk.
        deque(
            import_rows(
                sheet,
                row_reader,
                handle_problem=_collect_into(problems),
                report=report,
                on_chunk=save_report,
            ),
            maxlen=0,
        )
    _finish_import(row, report)


@transaction.atomic
def _finish_import(row: SubscriberImport, report: ImportReport) -> None:
    row.parts.all().delete()
    _save_progress(row, import_counts=asdict(report), sample=[], state=State.DONE, progress_at=None)
    log(row, FINISH_ACTION, user=row.user, data={"file": row.file_name, **asdict(report)})


def _collect_into(problems: list[list[Any]]) -> Any:
    def handle_problem(problem: Problem) -> None:
        if len(problems) < MAX_PROBLEMS:
            problems.append([problem.row, problem.column, problem.reason])

    return handle_problem


def _save_progress(row: SubscriberImport, **values: Any) -> None:
    """Store the progress of this run. Raises ImportTaken if another run has taken over."""
    own_rows = SubscriberImport.objects.filter(
        pk=row.pk, state=row.state, progress_at=row.progress_at
    )
    values.setdefault("progress_at", timezone.now())
    if not own_rows.update(**values):
        raise ImportTaken
    row.progress_at = values["progress_at"]


@contextmanager
def _open_file(row: SubscriberImport) -> Iterator[Path]:
    with NamedTemporaryFile() as file:
        for number in range(row.parts.count()):
            piece = row.parts.values_list("content", flat=True).get(number=number)
            file.write(zlib.decompress(bytes(piece)))
        file.flush()
        yield Path(file.name)


@contextmanager
def _open_rows(row: SubscriberImport) -> Iterator[tuple[Sheet, RowReader]]:
    defaults = RowDefaults(
        mailing_list=row.mailing_list,
        wording=row.wording,
        agreed_at=row.agreed_at,
        language=row.language,
        source=row.consent_source,
    )
    with _open_file(row) as path, open_table(path, encoding=row.encoding) as sheet:
        yield sheet, RowReader(row.columns, defaults)
