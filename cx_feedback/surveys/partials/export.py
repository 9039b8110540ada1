"""A CSV file of the pages of readers who stopped, apart from the exports of responses."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import pgettext
from wagtail.log_actions import log

from cx_feedback.core.tables.csv_separators import Separator
from cx_feedback.core.tables.table_writer import BYTE_ORDER_MARK, CSVWriter
from cx_feedback.surveys.exports.export_rows import get_export_columns
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.exports.services import DOWNLOAD_ACTION
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.partials.selectors import get_stopped_rows
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.questions.parts import Cell

_COLUMNS = ("created_at", "updated_at", "page_id", "language", "last_question", "answers")


class _Echo:
    """A file that returns what is written."""

    def write(self, text: str) -> str:
        return text


@transaction.atomic
def note_download(*, survey: Survey, user: Any, with_texts: bool) -> None:
    """Record a download in Wagtail's audit log."""
    data = {"format": "csv", "with_texts": with_texts, "unfinished": True}
    log(survey, DOWNLOAD_ACTION, user=user, data=data)


def iterate_csv(
    *, survey_ids: list[int], definition: Definition, with_texts: bool
) -> Iterator[str]:
    """Iterate over the lines of the file, with few rows in memory at a time."""
    columns = get_export_columns(definition, Export.Headings.LABELS, with_texts)
    writer = CSVWriter(_Echo(), Separator.usual())
    labels = {question.key: question.label for question in definition.ever_asked()}
    yield BYTE_ORDER_MARK
    yield writer.writerow([*_get_headings(), *(column.heading for column in columns)])
    rows = get_stopped_rows(survey_ids).order_by("pk").values_list(*_COLUMNS)
    for begun, continued, page, language, last, answers in rows.iterator(chunk_size=2_000):
        times: list[Cell] = [_format_time(begun), _format_time(continued)]
        values = ((column, answers.get(column.question)) for column in columns)
        cells = [None if value is None else column.cell(value) for column, value in values]
        yield writer.writerow([*times, page, language, labels.get(last) or last, *cells])


def _format_time(at: Any) -> str:
    local = timezone.localtime(at, timezone.get_default_timezone())
    return str(local.isoformat(timespec="seconds"))


def _get_headings() -> list[str]:
    return [
        pgettext("survey", "Begun at"),
        pgettext("survey", "Continued at"),
        pgettext("survey", "Page"),
        pgettext("survey", "Language"),
        pgettext("survey", "Last question"),
    ]
