import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cx_feedback.core.database import replicas
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.tables.table_reader import (
    Problem,
    Sheet,
    UnreadableFile,
    open_table,
)
from cx_feedback.newsletter.imports.row_reader import (
    COLUMNS,
    RowDefaults,
    RowReader,
    map_columns,
    parse_consent_date,
)
from cx_feedback.newsletter.imports.subscriber_writer import ImportReport, import_rows
from cx_feedback.newsletter.models import MailingList


class Command(BaseCommand):
    help = (
        "Import confirmed subscribers with their consent from a CSV or XLSX file. The first line "
        f"must name the columns ({', '.join(COLUMNS)}). Only email is required if options provide "
        "the rest. The column reader is the ID of the reader in an imported visit log. Safe to run "
        "again. Anyone who unsubscribed here stays unsubscribed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="Input file, or - for standard input.")
        parser.add_argument("--list", default="", help="Mailing list for rows that don't name one.")
        parser.add_argument(
            "--create-list",
            action="store_true",
            help="Create the list named by --list if it doesn't exist.",
        )
        parser.add_argument(
            "--consent-wording", default="", help="Consent text for rows without one."
        )
        parser.add_argument(
            "--consent-date", default="", help="Date of consent (YYYY-MM-DD) for rows without one."
        )
        parser.add_argument("--language", default="", help="Language for rows without one.")
        parser.add_argument(
            "--encoding", default="utf-8-sig", help="Encoding of a CSV file. Defaults to UTF-8."
        )
        parser.add_argument(
            "--strict", action="store_true", help="Import nothing if any row is invalid."
        )

    @replicas.read_from_primary()
    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            with ExitStack() as stack:
                path = stack.enter_context(_copy_standard_input()) if file == "-" else Path(file)
                how = {"encoding": options["encoding"]}
                sheet = stack.enter_context(open_table(path, **how))
                if options["strict"]:
                    stack.enter_context(transaction.atomic())
                report = self._import_sheet(sheet, self._get_defaults(options))
                if report.invalid and options["strict"]:
                    raise CommandError("Nothing was imported.")
        except InvalidInput as error:
            raise CommandError(
                "; ".join(f"{name}: {texts[0]}" for name, texts in error.fields.items())
            ) from None
        except UnreadableFile as error:
            raise CommandError(str(error)) from None

    def _get_defaults(self, options: dict[str, Any]) -> RowDefaults:
        found = None
        if name := options["list"]:
            found = MailingList.objects.filter(name=name).first()
            if found is None and options["create_list"]:
                found = MailingList.objects.create(name=name)
            if found is None:
                raise CommandError(f"There is no list {name!r}. Use --create-list to create it.")
        date = options["consent_date"]
        return RowDefaults(
            mailing_list=found,
            wording=options["consent_wording"],
            agreed_at=parse_consent_date(date, RowDefaults()) if date else None,
            language=options["language"],
        )

    def _import_sheet(self, sheet: Sheet, defaults: RowDefaults) -> ImportReport:
        report = ImportReport()
        row_reader = RowReader(map_columns(sheet.headings), defaults)
        for report in import_rows(sheet, row_reader, handle_problem=self._print_problem):
            self.stdout.write(f"{report.row_count} lines")
        self.stdout.write(
            f"Added {report.added}, changed {report.changed}, unchanged {report.unchanged}, "
            f"skipped because unsubscribed {report.unsubscribed}, skipped because suppressed "
            f"{report.suppressed}, invalid {report.invalid}."
        )
        return report

    def _print_problem(self, problem: Problem) -> None:
        self.stderr.write(f"line {problem.row}: {problem.column or 'line'}: {problem.reason}")


@contextmanager
def _copy_standard_input() -> Iterator[Path]:
    """Copy standard input to a file, because reading a workbook begins at its end."""
    with NamedTemporaryFile() as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        yield Path(file.name)
