"""Reads the records of a large JSON file, in memory that doesn't grow with the file."""

import json
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

from cx_feedback.comments.imports.formats.base import UnreadableFile

#: Characters read at once, and the most that one record may have.
CHUNK_SIZE = 1 << 16
MAX_RECORD_LENGTH = 1 << 20


class JSONRecords:
    """Iterates over the objects in ``records`` of a JSON document. The other keys are ``head``."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.head: dict[str, Any] = {}
        #: The line at which the last record ends.
        self.line = 1
        self._decoder = json.JSONDecoder()
        self._text, self._at = "", 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._expect("{")
        while self._peek() != "}":
            name = self._read_value()
            self._expect(":")
            if name == "records":
                yield from self._iterate_objects()
            else:
                self.head[str(name)] = self._read_value()
            self._skip_comma("}")
        self._expect("}")

    def _iterate_objects(self) -> Iterator[dict[str, Any]]:
        self._expect("[")
        while self._peek() != "]":
            record = self._read_value()
            if not isinstance(record, dict):
                raise self._build_error()
            yield record
            self._skip_comma("]")
        self._expect("]")

    def _skip_comma(self, end: str) -> None:
        """Skip the comma between two values. Before ``end`` there is none."""
        if self._peek() != end:
            self._expect(",")

    def _peek(self) -> str:
        """Return the next character that is not a space, "" at the end of the file."""
        while True:
            while self._at < len(self._text):
                character = self._text[self._at]
                if not character.isspace():
                    return character
                self.line += character == "\n"
                self._at += 1
            if not self._read_chunk():
                return ""

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            raise self._build_error()
        self._at += 1

    def _read_value(self) -> Any:
        self._peek()
        while True:
            value, end = self._decode_value()
            # A value that ends with the chunk may continue in the next one, as a number may.
            if end < len(self._text):
                break
            if len(self._text) - self._at > MAX_RECORD_LENGTH or not self._read_chunk():
                raise self._build_error()
        self.line += self._text.count("\n", self._at, end)
        self._at = end
        return value

    def _decode_value(self) -> tuple[Any, int]:
        """Return the value at the current position and its end (the text's if incomplete)."""
        try:
            return self._decoder.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            return None, len(self._text)

    def _read_chunk(self) -> bool:
        """Read more of the file and return whether there was any."""
        part = self.file.read(CHUNK_SIZE)
        self._text = self._text[self._at :] + part
        self._at = 0
        return bool(part)

    def _build_error(self) -> UnreadableFile:
        return UnreadableFile(_("This is not JSON, or it ends in the middle."), self.line)
