"""Reading a visit log line by line, as visits and invalid lines.

Each physical line is one record, so that a stray quote affects only its own line.
"""

import csv
import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from cx_feedback.core.pages import site_time
from cx_feedback.core.tables.csv_separators import guess_separator
from cx_feedback.readers.periods import EARLIEST

MAX_ID_LENGTH = 100


class Visit(NamedTuple):
    """A line with the visit of a reader."""

    number: int
    external_id: str
    day: datetime.date


class BadLine(NamedTuple):
    """An invalid line with the reason."""

    number: int
    problem: str


class UnreadableLog(Exception):
    """The log can't be read with these options; the message says what to change."""


@dataclass(frozen=True)
class LogFormat:
    """The format of the log.

    ``kind`` is "csv", "whitespace" or "auto" (detected from the first line). Columns are names in
    the header or numbers from 1. With ``header`` None, the first line is a header unless its date
    contains a digit. An empty ``date_format`` is ISO 8601 in all its forms (also 19970101);
    anything else is a format of ``datetime.strptime``. A time with an offset becomes a day in the
    time zone of the site.
    """

    kind: str = "auto"
    delimiter: str = ""
    reader_column: str = "1"
    date_column: str = "2"
    header: bool | None = None
    date_format: str = ""


Split = Callable[[str], list[str]]


def read_log(lines: Iterable[str], form: LogFormat) -> Iterator[Visit | BadLine]:
    """Yield a Visit or a BadLine for each line that isn't blank, one line at a time.

    Raises UnreadableLog if a named column doesn't exist.
    """
    numbered = ((n, line.rstrip("\r\n")) for n, line in enumerate(lines, 1) if line.strip())
    first = next(numbered, None)
    if first is None:
        return
    split = get_splitter(first[1], form)
    head = split(first[1])
    reader_index = get_column_index(form.reader_column, head)
    date_index = get_column_index(form.date_column, head)
    parse = _Parser(split, reader_index, date_index, form.date_format)
    if not _is_header(head, date_index, form):
        yield parse(*first)
    for number, line in numbered:
        yield parse(number, line)


def get_splitter(first: str, form: LogFormat) -> Split:
    """Return the function that splits a line into fields."""
    delimiter = form.delimiter
    if form.kind == "auto" and not delimiter:
        delimiter = guess_separator(first)
        if delimiter not in first:
            return str.split
    if form.kind == "whitespace":
        return str.split
    delimiter = delimiter or ","

    def split(line: str) -> list[str]:
        if '"' not in line:
            return [field.strip() for field in line.split(delimiter)]
        row = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True, strict=True))
        return [field.strip() for field in row]

    return split


def get_column_index(name: str, head: list[str]) -> int:
    """Return the index of a column given by number (from 1) or by its name in ``head``."""
    if name.isdecimal():
        if int(name) < 1:
            raise UnreadableLog(_("Columns are numbered from 1."))
        return int(name) - 1
    lower = [field.lower() for field in head]
    if name.lower() not in lower:
        raise UnreadableLog(
            _("There is no column “%(name)s”; the first line has: %(head)s.")
            % {"name": name, "head": ", ".join(head)}
        )
    return lower.index(name.lower())


def _is_header(head: list[str], date_index: int, form: LogFormat) -> bool:
    if form.header is not None:
        return form.header
    if not (form.reader_column.isdecimal() and form.date_column.isdecimal()):
        return True
    return date_index < len(head) and not any(c.isdigit() for c in head[date_index])


class _Parser:
    """Parses one line as a Visit or a BadLine."""

    def __init__(self, split: Split, reader_index: int, date_index: int, date_format: str) -> None:
        self.split = split
        self.reader_index, self.date_index = reader_index, date_index
        self.today = site_time.localdate()
        # Logs repeat the same days, and parsing one takes longer than the rest of a line.
        self.parse_day = lru_cache(maxsize=4096)(lambda text: parse_day(text, date_format))

    def __call__(self, number: int, line: str) -> Visit | BadLine:
        try:
            return self._parse_visit(number, line)
        except (ValueError, csv.Error) as error:
            return BadLine(number, str(error))

    def _parse_visit(self, number: int, line: str) -> Visit:
        fields = self.split(line)
        needed = max(self.reader_index, self.date_index) + 1
        if len(fields) < needed:
            raise ValueError(
                _("column %(needed)d is missing, the line has %(found)d")
                % {"needed": needed, "found": len(fields)}
            )
        external_id = _validate_id(fields[self.reader_index])
        day = self.parse_day(fields[self.date_index])
        if day > self.today:
            raise ValueError(_("the day %s lies in the future") % day)
        if day < EARLIEST:
            raise ValueError(
                _("the day %(day)s lies before %(first)s") % {"day": day, "first": EARLIEST}
            )
        return Visit(number, external_id, day)


def _validate_id(text: str) -> str:
    if not text:
        raise ValueError(_("the reader's column is empty"))
    if len(text) > MAX_ID_LENGTH:
        raise ValueError(_("the reader's id is longer than %d characters") % MAX_ID_LENGTH)
    if not text.isprintable():
        raise ValueError(_("the reader's id contains unprintable characters"))
    return text


def parse_day(text: str, date_format: str = "") -> datetime.date:
    """Return the day of ``text`` in the time zone of the site; raises ValueError."""
    try:
        if date_format:
            moment = datetime.datetime.strptime(text, date_format)
        else:
            moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        expected = date_format or "ISO 8601"
        raise ValueError(
            _("“%(text)s” is no date in the format %(format)s")
            % {"text": text[:40], "format": expected}
        ) from None
    return site_time.localdate(moment) if moment.tzinfo else moment.date()
