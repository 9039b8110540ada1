"""The parts of a workbook, parsed in pieces by expat."""

import time
import zipfile
from collections.abc import Iterator
from typing import Any, Protocol
from xml.parsers import expat

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core.tables.xlsx_reader import limits

_PIECE = 1 << 16


def get_local_name(name: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return name.rpartition(":")[2]


class PartReader:
    """Reads one part of a workbook within the limits of size and time."""

    def __init__(self, archive: zipfile.ZipFile, name: str, end: float | None, most: int) -> None:
        self.archive, self.name, self.end, self.most = archive, name, end, most
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _refuse(self, *declared: Any) -> None:
        raise ValueError(_("It has a document type."))

    def pieces(self) -> Iterator[None]:
        """Parse the part, one piece at each step."""
        read = 0
        with self.archive.open(self.name) as file:
            while piece := file.read(_PIECE):
                read += len(piece)
                self.parser.Parse(piece, False)
                if read > self.most:
                    raise ValueError(
                        pgettext("feedback", "%(part)s is too large.") % {"part": self.name}
                    )
                if self.end is not None and time.thread_time() > self.end:
                    raise ValueError(_("It takes too long to read. Save it as CSV."))
                yield
        self.parser.Parse(b"", True)
        yield


class Archive(Protocol):
    """A workbook whose parts can be opened."""

    archive: zipfile.ZipFile

    def open_part(self, name: str, most: int) -> PartReader: ...


class SharedTexts:
    """The texts that cells share, read only as far as they are needed."""

    def __init__(self, name: str, book: Archive) -> None:
        self.found: list[str] = []
        self._text: list[str] | None = None
        self._length = self._silent = 0
        self._pieces: Iterator[None] = iter(())
        if name in book.archive.namelist():
            part = book.open_part(name, limits.MOST_TEXTS)
            part.parser.StartElementHandler = self._start
            part.parser.EndElementHandler = self._stop
            self._parser, self._pieces = part.parser, part.pieces()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = get_local_name(name)
        if local == "si":
            self._text, self._length = [], 0
        elif local == "rPh":  # phonetic text
            self._silent += 1
        elif local == "t" and not self._silent:
            self._parser.CharacterDataHandler = self._take

    def _take(self, text: str) -> None:
        self._length += len(text)
        if self._length > limits.LONGEST_CELL:
            raise ValueError(
                _("A cell holds more than %(n)d characters.") % {"n": limits.LONGEST_CELL}
            )
        if self._text is not None:
            self._text.append(text)

    def _stop(self, name: str) -> None:
        local = get_local_name(name)
        if local == "t":
            self._parser.CharacterDataHandler = None
        elif local == "rPh":
            self._silent -= 1
        elif local == "si":
            self.found.append("".join(self._text or ()))
            self._text = None

    def get(self, number: int) -> str:
        """Return the text of this number; raises ValueError if there is none."""
        while number >= len(self.found):
            if next(self._pieces, self) is self:
                raise ValueError(_("Text %(n)d is missing.") % {"n": number})
        return self.found[number]
