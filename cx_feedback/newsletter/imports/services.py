"""Imports of subscribers: a file is uploaded, checked by a task, then imported by a task."""

import datetime
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.retention_periods import get_cutoff
from cx_feedback.core.tables.table_reader import (
    HEAD_BYTES,
    UnreadableFile,
    guess_encoding,
    read_beginning,
)
from cx_feedback.newsletter.imports.column_guess import guess_columns
from cx_feedback.newsletter.imports.import_worker import STALE_AFTER, WORKING_STATES
from cx_feedback.newsletter.models import ImportPart, MailingList, SubscriberImport

State = SubscriberImport.State
START_ACTION = "cx_feedback.newsletter.import.start"
#: Limit for a file, enough for some million subscribers.
MAX_BYTES = 200 * 1024**2
PART_BYTES = 1 << 20
#: Fast compression, because the editor waits for it.
COMPRESSION_LEVEL = 1
#: Rows that an editor sees before the check.
SAMPLE_ROWS = 5


@dataclass(frozen=True)
class ImportOptions:
    """The options of an import. ``columns`` maps our column names to headings."""

    columns: Mapping[str, str]
    proof: str
    mailing_list: MailingList | None = None
    language: str = ""
    wording: str = ""
    agreed_at: datetime.datetime | None = None


@transaction.atomic
def upload_file(*, file: Any, user: Any) -> SubscriberImport:
    """Store an uploaded ``file`` and read its first rows, without importing anything.

    Raises InvalidInput for a file that is too large or that isn't a table with headings.
    """
    if file.size > MAX_BYTES:
        limit = MAX_BYTES // 1024**2
        raise InvalidInput(fields={"file": [_("At most %(n)d MB. Split the file.") % {"n": limit}]})
    row = SubscriberImport.objects.create(user=user, file_name=Path(file.name or "").name[:200])
    with NamedTemporaryFile() as copy:
        for number, piece in enumerate(file.chunks(PART_BYTES)):
            copy.write(piece)
            ImportPart.objects.create(
                subscriber_import=row,
                number=number,
                content=zlib.compress(piece, COMPRESSION_LEVEL),
            )
        copy.flush()
        try:
            row.encoding = guess_encoding(Path(copy.name), most=HEAD_BYTES)
            headings, rows = read_beginning(Path(copy.name), encoding=row.encoding)
        except UnreadableFile as error:
            raise InvalidInput(fields={"file": [str(error)]}) from None
    row.headings, row.columns = list(headings), guess_columns(headings)
    row.sample = [list(each.cells.values()) for each in rows[:SAMPLE_ROWS]]
    row.save()
    return row


@transaction.atomic
def start_check(*, import_id: int, options: ImportOptions) -> SubscriberImport:
    """Store the options and let a task check the file. Raises InvalidInput by field."""
    row = _lock_unstarted_import(import_id, State.UPLOADED, State.CHECKED, State.FAILED)
    errors: dict[str, list[Any]] = {}
    if "email" not in options.columns:
        errors["email"] = [_("Choose the column that contains the addresses.")]
    if not options.proof.strip():
        errors["proof"] = [
            _("Enter how they agreed. Nobody can be imported without proof of consent.")
        ]
    if "list" not in options.columns and options.mailing_list is None:
        errors["mailing_list"] = [_("Choose a list, or the column that names it.")]
    if "consent_wording" not in options.columns and not options.wording.strip():
        errors["wording"] = [_("Enter the text that they agreed to, or choose its column.")]
    if "consent_date" not in options.columns and options.agreed_at is None:
        errors["agreed_at"] = [_("Enter when they agreed, or choose its column.")]
    if options.agreed_at is not None and options.agreed_at > timezone.now():
        errors["agreed_at"] = [_("This date is in the future.")]
    if errors:
        raise InvalidInput(fields=errors)
    row.columns = dict(options.columns)
    row.mailing_list, row.language = options.mailing_list, options.language
    row.wording, row.agreed_at, row.proof = options.wording, options.agreed_at, options.proof
    row.state, row.check_counts, row.problems, row.error = State.CHECKING, {}, [], ""
    row.progress_at, row.report_language = None, translation.get_language() or ""
    row.save()
    _nudge_task(row)
    return row


@transaction.atomic
def start_import(*, import_id: int, user: Any) -> SubscriberImport:
    """Let a task import a checked file, and log it in Wagtail's audit log.

    An import that failed continues after the last chunk that was stored.
    """
    row = _lock_import(import_id, State.CHECKED, State.FAILED)
    if row.state == State.FAILED and row.started_at is None:
        raise InvalidInput(
            fields={"import": [_("The import has moved on since you opened this page. Reload it.")]}
        )
    if row.started_at is None:
        row.import_counts, row.problems, row.started_at = {}, [], timezone.now()
        log(
            row,
            START_ACTION,
            user=user,
            data={"file": row.file_name, "proof": row.proof, **row.check_counts},
        )
    row.state, row.user, row.progress_at, row.error = State.RUNNING, user, None, ""
    row.save()
    _nudge_task(row)
    return row


@transaction.atomic
def discard_import(*, import_id: int) -> None:
    """Delete an import of which no row has been stored. Raises InvalidInput for others."""
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
    nudge("cx_feedback.newsletter.process_import", row.pk)


def find_abandoned_files(now: datetime.datetime) -> QuerySet[SubscriberImport]:
    """Return the imports whose files have been kept long enough."""
    old = get_cutoff("subscriber_files", now=now)
    return SubscriberImport.objects.filter(
        created_at__lt=old, state__in=(State.UPLOADED, State.CHECKED, State.FAILED)
    )


def sweep_imports() -> int:
    """Resume stalled imports, delete abandoned files and return the number of deleted imports."""
    now = timezone.now()
    abandoned = find_abandoned_files(now)
    ImportPart.objects.filter(subscriber_import__in=abandoned).delete()
    abandoned.update(sample=[])
    # A failed import remains as the proof of consent for the rows that it has stored.
    deleted = list(abandoned.filter(started_at=None).values_list("pk", flat=True))
    SubscriberImport.objects.filter(pk__in=deleted).delete()
    stalled = SubscriberImport.objects.filter(
        Q(progress_at__isnull=True) | Q(progress_at__lt=now - STALE_AFTER), state__in=WORKING_STATES
    )
    for row in stalled:
        _nudge_task(row)
    return len(deleted)
