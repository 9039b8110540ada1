import argparse
import io
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
)

from cx_feedback.core.database import replicas
from cx_feedback.readers.imports.activity_log import LogFormat, UnreadableLog, read_log
from cx_feedback.readers.imports.services import (
    SHOWN,
    ImportAborted,
    ImportReport,
    import_activity,
)

EXAMPLES = """
Examples

  A log of customer number and day, without a header, columns parted by spaces:
    cx_import_activity purchases.txt --no-header --date-format %Y%m%d

  A CSV file whose header names the columns; keep nothing if a line is wrong:
    cx_import_activity visits.csv --reader-column user --date-column seen --on-error abort

The same log may be imported again, or a longer one over it: a reader's day counts once.
Run cx_score_loyalty afterwards to see who is likely to come back.
"""


class Help(DjangoHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Django's order of options, with the examples left as they are written."""


class Command(BaseCommand):
    help = "Import a visit log. Each line holds a reader's ID and a date."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("formatter_class", Help)
        return super().create_parser(prog_name, subcommand, epilog=EXAMPLES, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("file", metavar="FILE", help="Input file, or - for standard input.")
        add(
            "--format",
            choices=["auto", "csv", "whitespace"],
            default="auto",
            help="How lines are split into columns. Defaults to auto (detected).",
        )
        add("--delimiter", default="", help="Column separator of a CSV file, for example ';'.")
        add(
            "--reader-column",
            default="1",
            metavar="COLUMN",
            help="Number (from 1) or name of the column with the reader's ID. Defaults to 1.",
        )
        add(
            "--date-column",
            default="2",
            metavar="COLUMN",
            help="Number (from 1) or name of the column with the date or time. Defaults to 2.",
        )
        add(
            "--header",
            action=argparse.BooleanOptionalAction,
            default=None,
            help="Whether the first line is a header. Detected by default.",
        )
        add(
            "--date-format",
            default="",
            metavar="FORMAT",
            help="e.g. %%Y%%m%%d or %%d/%%m/%%Y; by default ISO 8601 (2026-03-02, 20260302, "
            "2026-03-02T10:15:00Z; a time with an offset becomes a day of the site's zone)",
        )
        add(
            "--kind",
            default="",
            help="write each day also as an act of this kind (visit, purchase …) into the "
            "activity ledger; by default only the days are kept",
        )
        add(
            "--on-error",
            choices=["skip", "abort"],
            default="skip",
            help="skip: keep the good lines, name the bad ones (default); abort: keep nothing "
            "at all if one line is bad",
        )
        add("--encoding", default="utf-8-sig", help="Encoding of the file. Defaults to UTF-8.")
        add(
            "--batch",
            type=int,
            default=5000,
            help="Lines written per transaction. Defaults to 5000.",
        )

    @replicas.read_from_primary()
    def handle(self, *args: Any, **options: Any) -> None:
        form = LogFormat(
            kind=options["format"],
            delimiter=options["delimiter"].replace("\\t", "\t"),
            reader_column=options["reader_column"],
            date_column=options["date_column"],
            header=options["header"],
            date_format=options["date_format"],
        )
        self._check(options, form)
        with self._opened(options["file"], options["encoding"]) as (text, share):
            shown = _Progress(self, share)
            try:
                report = import_activity(
                    lines=read_log(text, form),
                    on_error=options["on_error"],
                    kind=options["kind"],
                    batch_size=options["batch"],
                    progress=shown,
                )
            except UnreadableLog as error:
                raise CommandError(str(error)) from None
            except ImportAborted as aborted:
                self._name_bad_lines(aborted.report)
                raise CommandError(
                    f"{aborted.report.errors} of {aborted.report.lines} lines are wrong; "
                    "nothing was kept."
                ) from None
        self._name_bad_lines(report)
        self._tell(report)

    def _check(self, options: dict[str, Any], form: LogFormat) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch must be at least 1.")
        if len(form.delimiter) > 1:
            raise CommandError("--delimiter is one character.")
        if len(options["kind"]) > 24:
            raise CommandError("--kind has at most 24 characters.")

    @contextmanager
    def _opened(self, name: str, encoding: str) -> Iterator[tuple[io.TextIOWrapper, Any]]:
        """Open the log; also yield a function that says which share of it has been read."""
        try:
            raw = sys.stdin.buffer if name == "-" else open(name, "rb")  # noqa: SIM115
            size = 0 if name == "-" else os.fstat(raw.fileno()).st_size
            # A byte that is no text spoils its own line only; the reader's id is checked.
            text = io.TextIOWrapper(raw, encoding=encoding, errors="surrogateescape")
        except (OSError, LookupError) as error:
            raise CommandError(f"Cannot read {name}: {error}") from None
        with text:
            yield text, lambda: raw.tell() / size if size else None

    def _name_bad_lines(self, report: ImportReport) -> None:
        for bad in report.bad_lines:
            self.stderr.write(f"Line {bad.number}: {bad.problem}")
        if report.errors > SHOWN:
            self.stderr.write(f"… and {report.errors - SHOWN} lines more.")

    def _tell(self, report: ImportReport) -> None:
        self.stdout.write(
            f"Lines read:         {report.lines:>12,}\n"
            f"Readers new:        {report.readers_new:>12,}\n"
            f"Visit days new:     {report.days_new:>12,}\n"
            f"Days known already: {report.days_known:>12,}  (of before, or twice in the log)\n"
            f"Lines with errors:  {report.errors:>12,}"
        )
        if report.acts_new:
            self.stdout.write(f"Acts written:       {report.acts_new:>12,}")


class _Progress:
    """Says every two seconds how far the import is; on a terminal in one line."""

    def __init__(self, command: BaseCommand, share: Any) -> None:
        self.out, self.share = command.stdout, share
        self.last = time.monotonic()

    def __call__(self, report: ImportReport) -> None:
        if time.monotonic() - self.last < 2:
            return
        self.last = time.monotonic()
        share = self.share()
        done = f"{share:.0%}, " if share is not None else ""
        end = "\r" if self.out.isatty() else "\n"
        self.out.write(f"{done}{report.lines:,} lines, {report.days_new:,} days new", ending=end)
        self.out.flush()
