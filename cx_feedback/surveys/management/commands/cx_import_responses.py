from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from cx_feedback.core.database import replicas
from cx_feedback.core.management.command_examples import CommandWithExamples
from cx_feedback.core.management.progress_line import ProgressLine
from cx_feedback.core.tables.csv_separators import Separator
from cx_feedback.core.tables.table_reader import (
    Problem,
    Sheet,
    UnreadableFile,
    open_table,
)
from cx_feedback.core.tables.table_writer import CSVWriter
from cx_feedback.surveys.imports.column_mapping import Mapping
from cx_feedback.surveys.imports.services import ImportRefused, ImportReport, import_responses
from cx_feedback.surveys.imports.survey_guess import create_survey
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.results.tally_folding import fold_responses

#: Problems that are printed; --report writes all.
SHOWN = 50

EXAMPLES = """
Examples

  Make a survey of a file and bring its answers in:
    cx_import_responses answers.csv --create-survey "Reader profile 2025"

  Into survey 12, whose questions have the words of the headings; look first:
    cx_import_responses answers.xlsx --survey 12 --dry-run

  With a mapping file (JSON), and all that could not be placed written to a file:
    cx_import_responses answers.csv --survey 12 --mapping mapping.json --report problems.csv

A mapping file, every part of it optional:
  {"id": "respondent", "date": "sent at", "date_format": "%d/%m/%Y",
   "page": "page id", "language": "lang", "separator": ";", "missing": ["-99"],
   "columns": {"Q1": "How was it?",
               "Q2": {"question": "Where?",
                      "values": {"1": "At home", "2": "On the way", "9": null}},
               "Q3": {"type": "choice", "label": "Words for --create-survey"},
               "Internal": null}}

Empty cells, NA and N/A say nothing, and whatever "missing" or --missing names. A column or a
value that is mapped to null is left out. Numbers and dates are read as the file writes them: 3,5
or 3.5, day or month first.

The same file may be brought in again, and one that has grown: a row that is known already is not
stored twice. It is known by its id column, or else by its number and its content.
"""


class Command(CommandWithExamples):
    examples = EXAMPLES
    help = "Import responses to a survey from a CSV or XLSX file whose first row is headings."

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("file", metavar="FILE", type=Path, help="CSV or XLSX; of a workbook its first sheet")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--survey", type=int, metavar="ID", help="the survey to import into")
        which.add_argument(
            "--create-survey",
            metavar="TITLE",
            help="make a survey of the file, its types guessed; one that has this title already "
            "is taken instead",
        )
        add("--mapping", type=Path, metavar="FILE", help="a mapping file, see below")
        add("--strict", action="store_true", help="store nothing if anything cannot be placed")
        add("--dry-run", action="store_true", help="read and check everything, store nothing")
        add("--report", type=Path, metavar="FILE", help="write all problems to this CSV file")
        add(
            "--report-separator",
            choices=Separator.values,
            default=Separator.COMMA.value,
            help="of that file; default comma",
        )
        add(
            "--missing",
            action="append",
            default=[],
            metavar="VALUE",
            help="a cell that says nothing, such as -99; besides empty ones, NA and N/A",
        )
        add("--encoding", default="utf-8-sig", help="of a CSV file; default utf-8")
        add("--delimiter", default="", help="of a CSV file; by default the first line is looked at")

    @replicas.read_from_primary()
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            mapping = Mapping.read(options["mapping"]) if options["mapping"] else Mapping()
            mapping = replace(mapping, missing=(*mapping.missing, *options["missing"]))
            survey = self._survey(options, mapping)
            if survey is not None:
                self._import(survey, mapping, options)
        except UnreadableFile as error:
            raise CommandError(str(error)) from None

    def _opened(self, options: dict[str, Any]) -> Any:
        if len(options["delimiter"]) > 1:
            raise CommandError("--delimiter is one character.")
        return open_table(
            options["file"], encoding=options["encoding"], delimiter=options["delimiter"]
        )

    def _survey(self, options: dict[str, Any], mapping: Mapping) -> Survey | None:
        """Return the survey to import into, None if a dry run would have to create it."""
        surveys = Survey.objects.all()
        if options["survey"]:
            survey: Survey | None = surveys.filter(pk=options["survey"]).first()
            if survey is None:
                raise CommandError(f"There is no survey {options['survey']}.")
            return survey
        title = options["create_survey"]
        survey = surveys.filter(title=title, kind=Survey.SURVEY).first()
        if survey is not None:
            self.stdout.write(f"“{title}” is there already (survey {survey.pk}).")
            return survey
        with self._opened(options) as sheet:
            if options["dry_run"]:
                self.stdout.write(f"Would create a survey of {len(sheet.headings)} columns.")
                return None
            survey = create_survey(
                title=title, sheet=sheet, mapping=mapping, note=self.stdout.write
            )
        self.stdout.write(f"Created survey {survey.pk}, “{title}”:")
        for question in survey.definition().questions:
            self.stdout.write(f"  {question.label}: {question.type}")
        return survey

    def _import(self, survey: Survey, mapping: Mapping, options: dict[str, Any]) -> None:
        with self._opened(options) as sheet, self._noting(options) as note:
            report = self._run(survey, sheet, mapping, options, note)
        self._tell(report, dry_run=options["dry_run"])
        if report.new and not options["dry_run"]:
            fold_responses()

    def _run(
        self, survey: Survey, sheet: Sheet, mapping: Mapping, options: dict[str, Any], note: Any
    ) -> ImportReport:
        try:
            return import_responses(
                survey=survey,
                sheet=sheet,
                mapping=mapping,
                strict=options["strict"],
                dry_run=options["dry_run"],
                note=note,
                progress=_Progress(self.stdout),
            )
        except ImportRefused as refused:
            raise CommandError(
                f"{refused.report.problems} problems in {refused.report.rows} rows; nothing was "
                "kept."
            ) from None

    @contextmanager
    def _noting(self, options: dict[str, Any]) -> Iterator[Any]:
        """Yield a function that prints the first problems and writes all to --report."""
        path, separator = options["report"], Separator(options["report_separator"])
        reported = 0

        def note(problem: Problem) -> None:
            nonlocal reported
            reported += 1
            if file:
                writer.writerow([problem.row, problem.column, problem.value, problem.reason])
            if reported <= SHOWN:
                where = f", {problem.column} = {problem.value!r}" if problem.column else ""
                self.stderr.write(f"Row {problem.row}{where}: {problem.reason}")

        file = path.open("w", newline="", encoding="utf-8-sig") if path else None
        try:
            if file:
                writer = CSVWriter(file, separator)
                writer.writerow(["row", "column", "value", "reason"])
            yield note
            if reported > SHOWN:
                self.stderr.write(f"… and {reported - SHOWN} more; --report writes all.")
        finally:
            if file:
                file.close()

    def _tell(self, report: ImportReport, *, dry_run: bool) -> None:
        would = " (nothing stored: --dry-run)" if dry_run else ""
        self.stdout.write(
            f"Rows read:          {report.rows:>12,}\n"
            f"Responses new:      {report.new:>12,}{would}\n"
            f"Known already:      {report.known:>12,}\n"
            f"Rows left out:      {report.left_out:>12,}\n"
            f"Could not place:    {report.problems:>12,}\n"
            f"Columns imported:   {len(report.columns):>12,}"
        )
        for words in report.assumed:
            self.stdout.write(words)
        if report.unused:
            self.stdout.write(f"Columns left out:   {', '.join(report.unused)}")


class _Progress(ProgressLine):
    def __call__(self, report: ImportReport) -> None:
        if self.is_due:
            self.show(f"{report.rows:,} rows, {report.new:,} responses new")
