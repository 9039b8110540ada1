"""Bringing a file of subscribers in: uploaded, checked, then imported by a task."""

import datetime
import logging
import zlib
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput, get_error_text
from cx_feedback.core.tables.table_reader import (
    HEAD_BYTES,
    Problem,
    Sheet,
    UnreadableFile,
    guess_encoding,
    open_table,
    read_beginning,
)
from cx_feedback.core.tasks import nudge
from cx_feedback.newsletter.imports.column_guess import guess_columns
from cx_feedback.newsletter.imports.file_reader import RowDefaults, RowReader
from cx_feedback.newsletter.imports.subscriber_writer import ImportReport, import_rows
from cx_feedback.newsletter.models import ImportPart, MailingList, SubscriberImport

logger = logging.getLogger(__name__)
State = SubscriberImport.State
STARTED, IMPORTED = "cx_newsletter.import", "cx_newsletter.imported"
#: Bytes of a file: some million subscribers.
MAX_BYTES = 200 * 1024**2
PART_BYTES = 1 << 20
#: How hard its pieces are compressed while the editor waits.
COMPRESSION_LEVEL = 1
#: Rows that an editor sees before the check, and refused ones that are named after it.
SAMPLE_ROWS, MAX_PROBLEMS = 5, 1000
#: One that no task moved on for so long is taken up again.
STALE_AFTER = datetime.timedelta(minutes=3)


@dataclass(frozen=True)
class ImportOptions:
    """What an editor says of a file; ``columns`` leads from our names to headings."""

    columns: Mapping[str, str]
    proof: str
    mailing_list: MailingList | None = None
    language: str = ""
    wording: str = ""
    agreed_at: datetime.datetime | None = None


@transaction.atomic
def upload_file(*, file: Any, user: Any) -> SubscriberImport:
    """Keep an uploaded ``file``; nothing of it is imported yet, and only its beginning is read.

    Raises InvalidInput for one that is too large, or that is no table with headings.
    """
    if file.size > MAX_BYTES:
        most = MAX_BYTES // 1024**2
        raise InvalidInput(fields={"file": [_("At most %(n)d MB: cut it in two.") % {"n": most}]})
    row = SubscriberImport.objects.create(user=user, file_name=Path(file.name or "").name[:200])
    with NamedTemporaryFile() as kept:
        for number, piece in enumerate(file.chunks(PART_BYTES)):
            kept.write(piece)
            ImportPart.objects.create(
                of=row, number=number, content=zlib.compress(piece, COMPRESSION_LEVEL)
            )
        kept.flush()
        try:
            row.encoding = guess_encoding(Path(kept.name), most=HEAD_BYTES)
            headings, rows = read_beginning(Path(kept.name), encoding=row.encoding)
        except UnreadableFile as error:
            raise InvalidInput(fields={"file": [str(error)]}) from None
    row.headings, row.columns = list(headings), guess_columns(headings)
    row.sample = [list(each.cells.values()) for each in rows[:SAMPLE_ROWS]]
    row.save()
    return row


@transaction.atomic
def start_check(*, import_id: int, said: ImportOptions) -> SubscriberImport:
    """Let a task find out what would become of each row. Raises InvalidInput, by field."""
    row = _lock_unstarted_import(import_id, State.UPLOADED, State.CHECKED, State.FAILED)
    errors: dict[str, list[Any]] = {}
    if "email" not in said.columns:
        errors["email"] = [_("Say which column holds the addresses.")]
    if not said.proof.strip():
        errors["proof"] = [
            _("Say how they agreed: without proof of consent nobody can be imported.")
        ]
    if "list" not in said.columns and said.mailing_list is None:
        errors["mailing_list"] = [_("Choose a list, or the column that names it.")]
    if "consent_wording" not in said.columns and not said.wording.strip():
        errors["wording"] = [_("Enter the text that they agreed to, or choose its column.")]
    if "consent_date" not in said.columns and said.agreed_at is None:
        errors["agreed_at"] = [_("Say when they agreed, or choose the column of it.")]
    if said.agreed_at is not None and said.agreed_at > timezone.now():
        errors["agreed_at"] = [_("This date is in the future.")]
    if errors:
        raise InvalidInput(fields=errors)
    row.columns = dict(said.columns)
    row.mailing_list, row.language = said.mailing_list, said.language
    row.wording, row.agreed_at, row.proof = said.wording, said.agreed_at, said.proof
    row.state, row.found, row.problems, row.error = State.CHECKING, {}, [], ""
    row.moved_at, row.told_in = None, translation.get_language() or ""
    row.save()
    _nudge_task(row)
    return row


@transaction.atomic
def start_import(*, import_id: int, user: Any) -> SubscriberImport:
    """Let a task import what was checked; written into Wagtail's audit log.

    One that broke off goes on behind what it stored.
    """
    row = _lock_import(import_id, State.CHECKED, State.FAILED)
    if row.state == State.FAILED and row.started_at is None:
        raise InvalidInput(
            fields={"import": [_("The import has moved on since you opened this page. Reload it.")]}
        )
    if row.started_at is None:
        row.done, row.problems, row.started_at = {}, [], timezone.now()
        log(row, STARTED, user=user, data={"file": row.file_name, "proof": row.proof, **row.found})
    row.state, row.user, row.moved_at, row.error = State.RUNNING, user, None, ""
    row.save()
    _nudge_task(row)
    return row


@transaction.atomic
def discard_import(*, import_id: int) -> None:
    """Forget a file of which nothing is imported; raises InvalidInput for another."""
    _lock_unstarted_import(
        import_id, State.UPLOADED, State.CHECKING, State.CHECKED, State.FAILED
    ).delete()


def _lock_unstarted_import(import_id: int, *states: State) -> SubscriberImport:
    row = _lock_import(import_id, *states)
    if row.started_at is not None:
        raise InvalidInput(
            fields={
                "import": [_("Part of this file is already imported: continue the import instead.")]
            }
        )
    return row


def _lock_import(import_id: int, *states: State) -> SubscriberImport:
    row: SubscriberImport = SubscriberImport.objects.select_for_update().get(pk=import_id)
    if row.state not in states:
        raise InvalidInput(
            fields={"import": [_("The import has moved on since you opened this page. Reload it.")]}
        )
    return row


def _nudge_task(row: SubscriberImport) -> None:
    from cx_feedback.newsletter.tasks import process_import

    nudge(process_import, row.pk)


def process_import(*, import_id: int) -> bool:
    """Check or import a file; return whether there was anything to do. One process at a time.

    Each chunk is committed with how far it came, so that what a killed worker left behind goes
    on behind its last chunk: no row is half there or there twice.
    """
    row = _claim_import(import_id)
    if row is None:
        return False
    try:
        # What is wrong is written down in the language of who will read it.
        with translation.override(row.told_in or translation.get_language()):
            _check_file(row) if row.state == State.CHECKING else _import_file(row)
    except ImportTaken:
        logger.info("Another run works on import %d, or nobody wants it any more", import_id)
    except UnreadableFile as error:
        # A workbook may break off in its middle; a check finds that before anything is imported.
        _mark_failed(row, str(error))
    except Exception as error:
        _mark_failed(row, get_error_text(error))
        raise
    return True


def _mark_failed(row: SubscriberImport, why: str) -> None:
    SubscriberImport.objects.filter(pk=row.pk).update(state=State.FAILED, error=why, moved_at=None)


@transaction.atomic
def _claim_import(import_id: int) -> SubscriberImport | None:
    now = timezone.now()
    free = Q(moved_at__isnull=True) | Q(moved_at__lt=now - STALE_AFTER)
    rows = SubscriberImport.objects.filter(free, pk=import_id, state__in=_WORKING_STATES)
    row: SubscriberImport | None = rows.select_for_update().first()
    if row is not None:
        row.moved_at = now
        row.save(update_fields=["moved_at"])
    return row


_WORKING_STATES = (State.CHECKING, State.RUNNING)


def _check_file(row: SubscriberImport) -> None:
    report = ImportReport()
    problems: list[list[Any]] = []
    _correct_encoding(row)
    with _open_rows(row) as (sheet, reading):
        for report in import_rows(sheet, reading, note=_collect_into(problems), dry_run=True):
            _save_progress(row, found=asdict(report))
    _save_progress(row, found=asdict(report), problems=problems, state=State.CHECKED, moved_at=None)


def _correct_encoding(row: SubscriberImport) -> None:
    """Look at the whole file for how it is written, which an upload guesses from its beginning.

    Where the headings would read otherwise the guess stays, and the check names the line.
    """
    with _open_file(row) as path:
        encoding = guess_encoding(path)
        if encoding != row.encoding:
            headings, _rows_of_it = read_beginning(path, encoding=encoding)
            if list(headings) == row.headings:
                row.encoding = encoding
                _save_progress(row, encoding=encoding)


def _import_file(row: SubscriberImport) -> None:
    report = ImportReport(**row.done)
    problems = list(row.problems)

    def keep(report: ImportReport) -> None:
        _save_progress(row, done=asdict(report), problems=problems)

    with _open_rows(row) as (sheet, reading):
        # One report, which is filled in chunk by chunk.
        deque(
            import_rows(sheet, reading, note=_collect_into(problems), report=report, also=keep),
            maxlen=0,
        )
    _finish_import(row, report)


@transaction.atomic
def _finish_import(row: SubscriberImport, report: ImportReport) -> None:
    row.parts.all().delete()
    _save_progress(row, done=asdict(report), sample=[], state=State.DONE, moved_at=None)
    log(row, IMPORTED, user=row.user, data={"file": row.file_name, **asdict(report)})


def _collect_into(problems: list[list[Any]]) -> Any:
    def note(problem: Problem) -> None:
        if len(problems) < MAX_PROBLEMS:
            problems.append([problem.row, problem.column, problem.reason])

    return note


def _save_progress(row: SubscriberImport, **values: Any) -> None:
    """Keep how far it is, while it is still this run's; raises Taken when it is not."""
    mine = SubscriberImport.objects.filter(pk=row.pk, state=row.state, moved_at=row.moved_at)
    values.setdefault("moved_at", timezone.now())
    if not mine.update(**values):
        raise ImportTaken
    row.moved_at = values["moved_at"]


class ImportTaken(Exception):
    """It was discarded, or taken up by another run, while this one worked on it."""


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
        how=row.how,
    )
    with _open_file(row) as path, open_table(path, encoding=row.encoding) as sheet:
        yield sheet, RowReader(row.columns, defaults)


def sweep_imports() -> int:
    """Take up what stands still, and delete files that nobody imports; return how many deleted."""
    now = timezone.now()
    old = now - datetime.timedelta(days=conf.get("EXPORT_DAYS"))
    forgotten = SubscriberImport.objects.filter(
        created_at__lt=old, state__in=(State.UPLOADED, State.CHECKED, State.FAILED)
    )
    ImportPart.objects.filter(of__in=forgotten).delete()
    forgotten.update(sample=[])
    # One that broke off stays as the proof of what it brought.
    gone = list(forgotten.filter(started_at=None).values_list("pk", flat=True))
    SubscriberImport.objects.filter(pk__in=gone).delete()
    still = SubscriberImport.objects.filter(
        Q(moved_at__isnull=True) | Q(moved_at__lt=now - STALE_AFTER), state__in=_WORKING_STATES
    )
    for row in still:
        _nudge_task(row)
    return len(gone)
