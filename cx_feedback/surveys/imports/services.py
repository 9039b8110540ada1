"""Importing responses, each only once even if a file is imported repeatedly."""

import datetime
import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.pages import site_time
from cx_feedback.core.tables.table_reader import (
    HEAD,
    Problem,
    Row,
    Sheet,
    UnreadableFile,
)
from cx_feedback.core.text import languages
from cx_feedback.surveys import selectors
from cx_feedback.surveys.imports.cell_values import join_answer, read_answer
from cx_feedback.surveys.imports.column_mapping import Mapping, MatchedColumn, match_columns
from cx_feedback.surveys.imports.number_and_date_formats import Notation, guess_notation
from cx_feedback.surveys.models import Response, Survey, SurveyVersion
from cx_feedback.surveys.models.responses import IMPORTED
from cx_feedback.surveys.questions.base import InvalidAnswer
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.services import MAX_SECONDS

#: Responses that are written together.
BATCH = 1000
#: The maximum page id and length of a language.
_LARGEST_PAGE, _LANGUAGE = 2**31 - 1, 12


@dataclass
class ImportReport:
    """The result of an import; ``rows == new + known + left_out``."""

    rows: int = 0
    new: int = 0
    known: int = 0
    left_out: int = 0
    #: The number of values and rows with problems.
    problems: int = 0
    answers: int = 0
    #: Columns that match neither a question nor a special column.
    unused: tuple[str, ...] = ()
    #: Assumptions about ambiguous values of the file.
    assumed: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)


class ImportRefused(Exception):
    """A strict import had problems, so nothing was stored."""

    def __init__(self, report: ImportReport) -> None:
        self.report = report
        super().__init__(f"{report.problems} problems")


def import_responses(
    *,
    survey: Survey,
    sheet: Sheet,
    mapping: Mapping,
    strict: bool = False,
    dry_run: bool = False,
    note: Callable[[Problem], None] = lambda problem: None,
    progress: Callable[[ImportReport], None] = lambda report: None,
) -> ImportReport:
    """Store the rows of a file as responses to the published ``survey``.

    ``note`` is called with each problem. The rest of its row is stored, unless ``strict`` is set:
    then nothing is stored, and ImportRefused is raised after the last row. A row is recognised by
    its id column, or by its number and content, so that importing a file again adds nothing.
    ``dry_run`` only reads and checks. No readers and activities are created, because the responses
    are not new. Only one batch is kept in memory. Raises UnreadableFile if the file or the mapping
    does not fit the survey.
    """
    version = SurveyVersion.objects.filter(survey_id=survey.pk, current=True).first()
    if version is None:
        raise UnreadableFile(_("The survey is not published: publish it first."))
    definition = selectors.get_definitions([version.pk])[version.pk]
    special = mapping.special(sheet.headings, definition)
    columns = match_columns(mapping, sheet.headings, definition, special.values())
    if not columns:
        raise UnreadableFile(_("No column matches a question: give a mapping file."))
    used = {*special.values(), *(c.heading for c in columns)}
    first = list(itertools.islice(sheet.rows, HEAD))
    notation = guess_notation(first, mapping.missing)
    report = ImportReport(
        assumed=notation.assumed,
        unused=tuple(h for h in sheet.headings if h not in used),
        columns={c.heading: c.question.label for c in columns},
    )
    reading = _Reading(mapping, notation, special, columns, version, report, note)
    with transaction.atomic() if strict else nullcontext():
        for batch in _iterate_batches(reading.responses(itertools.chain(first, sheet.rows))):
            write = not dry_run and not (strict and report.problems)
            _write_responses(batch, report, write=write)
            progress(report)
        if strict and report.problems:
            raise ImportRefused(report)
    return report


def _iterate_batches(responses: Iterable[Response]) -> Iterator[list[Response]]:
    batch: list[Response] = []
    for response in responses:
        batch.append(response)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


@transaction.atomic
def _write_responses(batch: list[Response], report: ImportReport, *, write: bool) -> None:
    """Store the responses that are not known yet; an id counts once per file."""
    if not batch:
        return
    once = {response.idempotency_key: response for response in reversed(batch)}
    known = set(
        Response.objects.filter(
            survey_id=batch[0].survey_id, idempotency_key__in=list(once)
        ).values_list("idempotency_key", flat=True)
    )
    new = [response for key, response in reversed(once.items()) if key not in known]
    if write:
        Response.objects.bulk_create(new, ignore_conflicts=True)
    report.new += len(new)
    report.known += len(batch) - len(new)
    report.answers += sum(len(response.answers) for response in new)


@dataclass
class _Reading:
    """Converts rows into unsaved responses."""

    mapping: Mapping
    notation: Notation
    special: dict[str, str]
    columns: list[MatchedColumn]
    version: SurveyVersion
    report: ImportReport
    note: Callable[[Problem], None]

    def responses(self, rows: Iterable[Row | Problem]) -> Iterator[Response]:
        seen: int = 0
        for row in rows:
            self.report.rows += row_number(row) != seen
            seen = row_number(row)
            if isinstance(row, Problem):
                self._problem(row)
                # If one cell has a problem, the rest of its row is still read.
                self.report.left_out += not row.column
                continue
            response = self._response(row)
            if response.answers:
                yield response
            else:
                self.report.left_out += 1
                self._problem(Problem(row.number, "", "", _("No answer could be placed.")))

    def _problem(self, problem: Problem) -> None:
        self.report.problems += 1
        self.note(problem)

    def _response(self, row: Row) -> Response:
        return Response(
            survey_id=self.version.survey_id,
            version_id=self.version.pk,
            page_id=self._checked(row, "page", _parse_page, None),
            language=self._checked(row, "language", _parse_language, ""),
            answers=self._answers(row),
            seconds=self._checked(row, "seconds", _parse_seconds, None),
            created_at=self._checked(row, "date", self._moment, None) or timezone.now(),
            idempotency_key=self._key(row),
        )

    def _answers(self, row: Row) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        parts: dict[str, dict[str, Any]] = {}
        for column in self.columns:
            cell = row.cells.get(column.heading, "")
            if not cell.strip():
                continue
            try:
                value = read_answer(column, cell, self.mapping.separator, self.notation)
            except InvalidAnswer as error:
                self._problem(Problem(row.number, column.heading, cell[:80], str(error)))
                continue
            if value is not None and column.part:
                parts.setdefault(column.question.key, {})[column.part] = value
            elif value is not None:
                answers[column.question.key] = value
        for question in {c.question.key: c.question for c in self.columns}.values():
            if found := parts.get(question.key):
                self._put_together(row, question, answers, found)
        return answers

    def _put_together(
        self, row: Row, question: Question, answers: dict[str, Any], parts: dict[str, Any]
    ) -> None:
        try:
            value = join_answer(question, answers.pop(question.key, None), parts)
        except InvalidAnswer as error:
            self._problem(Problem(row.number, question.label, str(parts)[:80], str(error)))
            return
        if value is not None:
            answers[question.key] = value

    def _checked(self, row: Row, name: str, read: Callable[[str], Any], empty: Any) -> Any:
        """Return the value of a special column, ``empty`` if it is empty or invalid."""
        heading = self.special.get(name, "")
        cell = row.cells.get(heading, "").strip()
        if not cell:
            return empty
        try:
            return read(cell)
        except ValueError as error:
            self._problem(Problem(row.number, heading, cell[:80], str(error)))
            return empty

    def _moment(self, cell: str) -> datetime.datetime:
        if self.mapping.date_format:
            moment = datetime.datetime.strptime(cell, self.mapping.date_format)
        else:
            moment = self.notation.moment(self.special["date"], cell)
        if moment.tzinfo is None:
            moment = site_time.make_aware(moment)
        if moment > timezone.now():
            raise ValueError(_("This lies in the future."))
        return moment

    def _key(self, row: Row) -> str:
        """Return the key that identifies this row in every import."""
        own = row.cells.get(self.special.get("id", ""), "").strip()
        about: Any = own if own else [row.number, row.cells]
        text = json.dumps(about, sort_keys=True, ensure_ascii=True)
        return IMPORTED + hashlib.sha256(text.encode()).hexdigest()[:40]


def row_number(row: Row | Problem) -> int:
    """Return the number of a row, or of the row that a problem is about."""
    return row.number if isinstance(row, Row) else row.row


def _parse_seconds(cell: str) -> int:
    if cell.isascii() and cell.isdigit() and len(cell) < 10:
        return min(int(cell), MAX_SECONDS)
    raise ValueError(_("This isn't a number of seconds."))


def _parse_page(cell: str) -> int:
    if cell.isascii() and cell.isdigit() and 0 < int(cell[:12]) <= _LARGEST_PAGE:
        return int(cell)
    raise ValueError(_("This is no id of a page."))


def _parse_language(cell: str) -> str:
    if len(cell) > _LANGUAGE or not cell.replace("-", "").isalnum():
        raise ValueError(_("This is no language code."))
    return languages.get_site_language(cell) or cell.lower()
