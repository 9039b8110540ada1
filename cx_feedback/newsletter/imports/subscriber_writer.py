"""Stores the rows of a file as subscriptions, or counts what it would store."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.tables.table_reader import Problem, Row, Sheet
from cx_feedback.mail import selectors as mail_selectors
from cx_feedback.newsletter.imports.row_reader import RowReader, SubscriberRow
from cx_feedback.newsletter.models import Subscription
from cx_feedback.newsletter.services.subscriptions import archive_consents
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy.consent_text import get_wording_version

State = Subscription.State
#: Rows of one transaction.
CHUNK_SIZE = 500


@dataclass
class ImportReport:
    """Counts of the rows by outcome. ``last_row`` is the number of the last processed row."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    #: Unsubscribed here. A file doesn't subscribe them again.
    unsubscribed: int = 0
    #: Suppressed because of a bounce, a complaint or an editor's decision.
    suppressed: int = 0
    invalid: int = 0
    last_row: int = 1

    @property
    def row_count(self) -> int:
        counts = (self.added, self.changed, self.unchanged, self.unsubscribed, self.suppressed)
        return sum(counts) + self.invalid

    @property
    def stored_count(self) -> int:
        """The number of rows that are or would be stored."""
        return self.added + self.changed


ProblemHandler = Callable[[Problem], None]


def import_rows(
    sheet: Sheet,
    row_reader: RowReader,
    *,
    handle_problem: ProblemHandler,
    report: ImportReport | None = None,
    dry_run: bool = False,
    on_chunk: Callable[[ImportReport], None] = lambda report: None,
) -> Iterator[ImportReport]:
    """Store the rows of ``sheet`` in chunks; yield the report after each.

    Safe to run again: a second run changes nothing. Rows with errors are passed to
    ``handle_problem`` and skipped. ``report`` continues an earlier run after its last row.
    ``on_chunk`` is called in the transaction of each chunk. ``dry_run`` writes nothing.
    """
    report = report or ImportReport()
    done_until = report.last_row
    seen: set[int] = set()
    rows = (row for row in sheet.rows if _get_row_number(row) > done_until)
    while chunk := list(islice(rows, CHUNK_SIZE)):
        lines = list(_read_rows(chunk, row_reader, report, handle_problem))
        with transaction.atomic():
            _ChunkWriter(
                lines, report, handle_problem, row_reader.columns, seen if dry_run else None
            ).store_rows()
            report.last_row = _get_row_number(chunk[-1])
            on_chunk(report)
        yield report


def _get_row_number(row: Row | Problem) -> int:
    return row.number if isinstance(row, Row) else row.row


def _read_rows(
    chunk: Iterable[Row | Problem],
    row_reader: RowReader,
    report: ImportReport,
    handle_problem: ProblemHandler,
) -> Iterator[SubscriberRow]:
    refused = 0
    for row in chunk:
        # A formula is a problem of one cell. The other cells of its row follow.
        if isinstance(row, Problem):
            report.invalid += row.row != refused
            refused = row.row
            handle_problem(row)
        elif row.number != refused:
            try:
                yield row_reader.parse_row(row)
            except InvalidInput as error:
                report.invalid += 1
                handle_problem(build_problem(row.number, error, row_reader.columns))


def build_problem(number: int, error: InvalidInput, columns: Mapping[str, str]) -> Problem:
    """Return the problem of a row, with the heading of the column in its file."""
    name, texts = next(iter(error.fields.items()))
    return Problem(number, columns.get(name, name), "", str(texts[0]))


_IMPORTED_FIELDS = [
    "name", "language", "reader", "state", "confirmed_at", "consent_wording", "consent_version",
    "consent_at", "consent_source", "consent_page_id", "time_zone", "unsubscribed_at",
]  # fmt: skip


@dataclass
class _ChunkWriter:
    """Stores the valid rows of a chunk."""

    lines: list[SubscriberRow]
    report: ImportReport
    handle_problem: ProblemHandler
    columns: Mapping[str, str]
    #: In a dry run, hashes of new subscriptions of earlier chunks, which are not stored.
    seen: set[int] | None
    new: dict[tuple[int, str], Subscription] = field(default_factory=dict)
    changed: dict[int, Subscription] = field(default_factory=dict)

    def store_rows(self) -> None:
        readers = _match_readers(self.lines)
        emails = [line.email for line in self.lines]
        rows = Subscription.objects.filter(email__in=emails)
        if self.seen is None:
            rows = rows.select_for_update()
        known = {(row.mailing_list_id, row.email): row for row in rows}
        suppressed = mail_selectors.get_suppressed_addresses(emails)
        for line in self.lines:
            try:
                reader = readers.find_reader(line)
            except InvalidInput as error:
                self.report.invalid += 1
                self.handle_problem(build_problem(line.number, error, self.columns))
                continue
            row = known.get((line.mailing_list.pk, line.email))
            self._store_row(line, reader, row, line.email in suppressed)
        if self.seen is None:
            self._write_changes(readers)

    def _store_row(
        self, line: SubscriberRow, reader: Reader | None, row: Subscription | None, suppressed: bool
    ) -> None:
        report = self.report
        is_unconfirmed = row is None or row.state == State.PENDING
        if row is not None and row.unsubscribed_at is not None and row.state != State.CONFIRMED:
            # Also for pending ones: only the owner of the address can subscribe it again.
            report.unsubscribed += 1
        elif suppressed and is_unconfirmed:
            report.suppressed += 1
        elif row is None:
            self._add_subscription(line, reader)
        elif row.state == State.PENDING:
            self.changed[row.pk] = _fill_subscription(row, line, reader)
            report.changed += 1
        elif row.reader_id is None and reader is not None:
            row.reader = reader
            self.changed[row.pk] = row
            report.changed += 1
        else:
            report.unchanged += 1

    def _add_subscription(self, line: SubscriberRow, reader: Reader | None) -> None:
        key = (line.mailing_list.pk, line.email)
        if key in self.new or (self.seen is not None and hash(key) in self.seen):
            self.report.unchanged += 1
            return
        self.new[key] = _fill_subscription(
            Subscription(mailing_list=line.mailing_list), line, reader
        )
        if self.seen is not None:
            self.seen.add(hash(key))
        self.report.added += 1

    def _write_changes(self, readers: "_ReaderMatcher") -> None:
        Reader.objects.bulk_update(readers.changed_readers, ["email"])
        Subscription.objects.bulk_create(self.new.values())
        Subscription.objects.bulk_update(self.changed.values(), _IMPORTED_FIELDS)
        stored = (*self.new.values(), *self.changed.values())
        archive_consents(row for row in stored if row.state == State.UNSUBSCRIBED)
        # Only new subscriptions get the topics of the file.
        chosen = {(line.mailing_list.pk, line.email): line.topics for line in reversed(self.lines)}
        through = Subscription.topics.through
        through._default_manager.bulk_create(
            through(subscription_id=row.pk, topic_id=topic.pk)
            for row in self.new.values()
            for topic in chosen[row.mailing_list_id, row.email]
        )


def _fill_subscription(
    row: Subscription, line: SubscriberRow, reader: Reader | None
) -> Subscription:
    row.email, row.name, row.language = line.email, line.name, line.language
    row.reader, row.time_zone = reader, line.time_zone or row.time_zone
    row.state, row.confirmed_at = line.state, line.agreed_at
    if line.state == State.UNSUBSCRIBED:
        row.unsubscribed_at = timezone.now()
    row.consent_wording, row.consent_version = line.wording, get_wording_version(line.wording)
    row.consent_at, row.consent_source, row.consent_page_id = (
        line.agreed_at,
        line.source,
        line.page_id,
    )
    return row


class _ReaderMatcher:
    """Finds the readers of a chunk. An import can assign an address to its reader."""

    def __init__(self, by_name: dict[str, Reader], by_email: dict[str, Reader]) -> None:
        self.by_name, self.by_email = by_name, by_email
        self.changed_readers: list[Reader] = []

    def find_reader(self, line: SubscriberRow) -> Reader | None:
        owner = self.by_email.get(line.email)
        if not line.reader:
            return owner
        reader = self.by_name.get(line.reader)
        if reader is None:
            raise InvalidInput(
                fields={"reader": [_("There is no such reader: import their visits first.")]}
            )
        if owner is not None and owner.pk != reader.pk:
            raise InvalidInput(fields={"email": [_("Another reader has this address.")]})
        if reader.email and reader.email != line.email:
            raise InvalidInput(fields={"reader": [_("This reader has another address.")]})
        if not reader.email:
            reader.email = line.email
            self.by_email[line.email] = reader
            self.changed_readers.append(reader)
        return reader


def _match_readers(lines: Iterable[SubscriberRow]) -> _ReaderMatcher:
    lines = list(lines)
    names = {line.reader for line in lines if line.reader}
    emails = {line.email for line in lines}
    return _ReaderMatcher(
        {row.external_id: row for row in Reader.objects.filter(external_id__in=names)},
        {row.email or "": row for row in Reader.objects.filter(email__in=emails)},
    )
