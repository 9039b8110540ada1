"""The base of the commands that import comments: options, progress and the report."""

import os
import sys
from contextlib import ExitStack
from typing import IO, Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cx_feedback.comments.imports.formats.base import UnreadableFile
from cx_feedback.comments.imports.import_report import (
    CHANGED,
    LEFT_OUT,
    SUBJECT_LABELS,
    ImportReport,
)
from cx_feedback.comments.imports.import_run import run_import
from cx_feedback.comments.imports.page_mapping import MatchPages, PostMapping
from cx_feedback.comments.imports.records import FLAG, VOTE
from cx_feedback.comments.models import Mention, State
from cx_feedback.core.database import replicas
from cx_feedback.core.management.progress_line import ProgressLine


class ImportCommand(BaseCommand):
    """Imports ``FILE``, read by ``file_class``. Override ``get_mapping()`` to choose the pages."""

    file_class: ClassVar[Any]

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("file", metavar="FILE", help="Export file, or - for standard input.")
        add(
            "--report",
            metavar="FILE",
            default="",
            help="Write what was left out or changed to this file, one line of JSON each, followed "
            "by a line with the summary.",
        )
        add(
            "--source",
            metavar="NAME",
            default="",
            help="Name that identifies the source site, instead of the URL in the file. Give the "
            "same name for each export of a site whose URL has changed.",
        )
        add(
            "--partial",
            action="store_true",
            help="If the file is damaged, import the part before the damage. Without this option, "
            "nothing is imported from a damaged file.",
        )

    def get_mapping(self, options: dict[str, Any]) -> PostMapping:
        """Return the mapping from posts to pages."""
        return MatchPages()

    @replicas.read_from_primary()
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            mapping = self.get_mapping(options)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        with ExitStack() as stack:
            name, report_name = options["file"], options["report"]
            raw = sys.stdin.buffer if name == "-" else stack.enter_context(_open_file(name, "rb"))
            out = stack.enter_context(_open_file(report_name, "w")) if report_name else None
            report = ImportReport(file=out)
            file = self.file_class(raw, report, source=options["source"])
            try:
                run_import(
                    file,
                    mapping=mapping,
                    report=report,
                    progress=_Progress(self, raw),
                    partial=options["partial"],
                )
            except UnreadableFile as error:
                hint = _(
                    "Nothing was imported. Use --partial to import what comes before the break."
                )
                raise CommandError(f"{error} {hint}") from None
            finally:
                report.write_summary()
        print_report(self, report)


def _open_file(name: str, mode: str) -> IO[Any]:
    try:
        return open(name, mode, encoding=None if "b" in mode else "utf-8")
    except OSError as error:
        raise CommandError(str(error)) from None


def print_report(command: BaseCommand, report: ImportReport) -> None:
    """Print the counts of an import, then what was left out or changed and why."""
    for line in _format_figures(report):
        command.stdout.write(line)
    for title, codes in (
        (pgettext("comment", "Left out:"), LEFT_OUT),
        (pgettext("comment", "Imported with changes:"), CHANGED),
    ):
        rows = [
            (n, subject, code) for (subject, code), n in report.remarks.items() if code in codes
        ]
        if rows:
            command.stdout.write(command.style.WARNING(title))
        for number, subject, code in sorted(rows, reverse=True):
            command.stdout.write(f"{number:>9,} × {SUBJECT_LABELS[subject]}: {codes[code]}")
            same = [r for r in report.examples if (r.subject, r.code) == (subject, code)]
            for remark in same[:3]:
                command.stdout.write(f"            {remark.place}")
    if report.broken_off:
        message = _("The file could not be read to its end: %s") % report.broken_off
        command.stderr.write(command.style.ERROR(message))


def _format_figures(report: ImportReport) -> list[str]:
    votes = (
        (pgettext("comment", "Votes new"), report.votes[VOTE]),
        (pgettext("comment", "Reports new"), report.votes[FLAG]),
    )
    rows = [
        (pgettext("comment", "Pages created"), report.posts["created"]),
        (pgettext("comment", "Pages found"), report.posts["matched"]),
        (_("Pages of an earlier import"), report.posts["known"]),
        (pgettext("comment", "Comments new"), report.comments.total()),
        *((f"  {State(state).label}", n) for state, n in sorted(report.comments.items())),
        (_("Pingbacks and trackbacks new"), report.mentions.total()),
        *((f"  {Mention.Kind(kind).label}", n) for kind, n in sorted(report.mentions.items())),
        *((label, n) for label, n in votes if n),
        (_("Known from an earlier import"), report.known),
        (pgettext("comment", "Left out"), report.left_out),
    ]
    if report.replaced:
        rows.append((_("Characters that could not be read"), report.replaced))
    width = max(len(label) for label, _n in rows)
    return [f"{label:<{width}} {number:>9,}" for label, number in rows]


class _Progress(ProgressLine):
    def __init__(self, command: BaseCommand, raw: IO[bytes]) -> None:
        super().__init__(command.stdout)
        self.raw = raw
        self.size = os.fstat(raw.fileno()).st_size if raw.seekable() else 0

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        if self.is_due:
            self.show(self._format_line(phase, done, total))

    def _format_line(self, phase: str, done: int, total: int | None) -> str:
        if phase == "pages":
            return ngettext("%d post looked at", "%d posts looked at", done) % done
        if phase == "write":
            part = f"{done / total:.0%}" if total else ""
            return _("%(part)s stored, %(done)d comments") % {"part": part, "done": done}
        part = f"{self.raw.tell() / self.size:.0%}" if self.size else ""
        return _("%(part)s read, %(done)d records") % {"part": part, "done": done}
