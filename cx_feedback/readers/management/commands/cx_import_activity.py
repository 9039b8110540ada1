import argparse
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError, CommandParser

from cx_feedback.core.database import replicas
from cx_feedback.core.management.command_examples import CommandWithExamples
from cx_feedback.core.management.progress_line import ProgressLine
from cx_feedback.readers.imports.activity_log import LogFormat, UnreadableLog, read_log
from cx_feedback.readers.imports.services import (
    SHOWN,
    ImportAborted,
    ImportReport,
    import_activity,
)

EXAMPLES = """
Examples

  A log of customer numbers and days without a header, separated by spaces:
    cx_import_activity purchases.txt --no-header --date-format %Y%m%d

  A CSV file whose header names the columns; import nothing if a line is invalid:
    cx_import_activity visits.csv --reader-column user --date-column seen --strict

The same log can be imported again, and so can a longer version of it: each day of a reader
counts once.
Run cx_score_loyalty afterwards to see who is likely to come back.
"""


class Command(CommandWithExamples):
    examples = EXAMPLES
    help = "Import a visit log. Each line holds a reader's ID and a date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="Input file, or - for standard input.")
        self._add_format_arguments(parser.add_argument)
        self._add_import_arguments(parser.add_argument)

    def _add_format_arguments(self, add: Callable[..., Any]) -> None:
        """Add the options that say how the file is read."""
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
            help="Format of the dates, for example %%Y%%m%%d or %%d/%%m/%%Y. Defaults to ISO 8601 "
            "(2026-03-02, 20260302, 2026-03-02T10:15:00Z). A time with a UTC offset becomes a day "
            "in the time zone of the site.",
        )
        add("--encoding", default="utf-8-sig", help="Encoding of the file. Defaults to UTF-8.")

    def _add_import_arguments(self, add: Callable[..., Any]) -> None:
        """Add the options that say what is stored."""
        add(
            "--kind",
            default="",
            help="Also record each day as an activity of this kind (visit, purchase …). By "
            "default only the days are stored.",
        )
        add(
            "--strict",
            action="store_true",
            help="Import nothing if any line is invalid. By default the valid lines are imported "
            "and the invalid ones are listed.",
        )
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
        self._check_options(options, form)
        with self._open_log(options["file"], options["encoding"]) as (text, share):
            shown = _Progress(self, share)
            try:
                report = import_activity(
                    lines=read_log(text, form),
                    strict=options["strict"],
                    kind=options["kind"],
                    batch_size=options["batch"],
                    progress=shown,
                )
            except UnreadableLog as error:
                raise CommandError(str(error)) from None
            except ImportAborted as aborted:
                self._print_bad_lines(aborted.report)
                raise CommandError(
                    f"{aborted.report.errors} of {aborted.report.lines} lines are invalid; "
                    "nothing was imported."
                ) from None
        self._print_bad_lines(report)
        self._print_report(report)

    def _check_options(self, options: dict[str, Any], form: LogFormat) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch must be at least 1.")
        if len(form.delimiter) > 1:
            raise CommandError("--delimiter must be a single character.")
        if len(options["kind"]) > 24:
            raise CommandError("--kind must have at most 24 characters.")

    @contextmanager
    def _open_log(self, name: str, encoding: str) -> Iterator[tuple[io.TextIOWrapper, Any]]:
        """Open the log; also yield a function that returns the share of it that has been read."""
        try:
            raw = sys.stdin.buffer if name == "-" else open(name, "rb")  # noqa: SIM115
            size = 0 if name == "-" else os.fstat(raw.fileno()).st_size
            # An invalid byte makes only its own line invalid, because reader IDs are checked.
            text = io.TextIOWrapper(raw, encoding=encoding, errors="surrogateescape")
        except (OSError, LookupError) as error:
            raise CommandError(f"Cannot read {name}: {error}") from None
        with text:
            yield text, lambda: raw.tell() / size if size else None

    def _print_bad_lines(self, report: ImportReport) -> None:
        for bad in report.bad_lines:
            self.stderr.write(f"Line {bad.number}: {bad.problem}")
        if report.errors > SHOWN:
            self.stderr.write(f"… and {report.errors - SHOWN} more lines.")

    def _print_report(self, report: ImportReport) -> None:
        self.stdout.write(
            f"Lines read:         {report.lines:>12,}\n"
            f"New readers:        {report.readers_new:>12,}\n"
            f"New visit days:     {report.days_new:>12,}\n"
            f"Days already known: {report.days_known:>12,}  (earlier, or twice in the log)\n"
            f"Invalid lines:      {report.errors:>12,}"
        )
        if report.acts_new:
            self.stdout.write(f"Activities:         {report.acts_new:>12,}")


class _Progress(ProgressLine):
    """The progress of the import; ``share`` returns the share of the file that was read."""

    def __init__(self, command: CommandWithExamples, share: Callable[[], float | None]) -> None:
        super().__init__(command.stdout)
        self.share = share

    def __call__(self, report: ImportReport) -> None:
        if self.is_due:
            share = self.share()
            done = f"{share:.0%}, " if share is not None else ""
            self.show(f"{done}{report.lines:,} lines, {report.days_new:,} days new")
