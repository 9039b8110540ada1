"""Reads the records of a large XML file, in memory that doesn't grow with the file.

The file is parsed with Expat. Entities come from a document type declaration, so a file that has
one is refused before anything is expanded or fetched. Common errors of other systems are accepted:
control characters, blank lines before the declaration, and bytes that are invalid in the declared
encoding (these are replaced by U+FFFD and counted).
"""

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from cx_feedback.comments.imports.formats.base import UnreadableFile

#: Bytes read at once.
CHUNK_SIZE = 1 << 16
#: Depth of nested elements, far more than any export has.
MAX_DEPTH = 64
#: Characters without an element or text after which a tag counts as unclosed.
MAX_TAG_LENGTH = 8 << 20
#: Values of one field that are kept in a record.
MAX_VALUES = 500

_ENCODINGS = re.compile(
    r"utf-?8|utf-?16(-?[lb]e)?|us-ascii|ascii|iso-8859-\d+|windows-125\d|cp125\d|koi8-[ru]|"
    r"shift_jis|euc-jp|euc-kr|gb2312|gbk|gb18030|big5",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
# Not allowed in XML 1.0, yet found in many exports.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class FieldValue:
    """The text and the attributes of one field."""

    text: str
    attributes: dict[str, str]
    cut: bool = False


@dataclass
class XMLRecord:
    """A record with its attributes and the values of its fields by path, in their order."""

    #: The path from the root, for example "rss/channel/item".
    path: str
    line: int
    attributes: dict[str, str]
    #: The record that contains it.
    outer: "XMLRecord | None" = None
    fields: dict[str, list[FieldValue]] = field(default_factory=dict)

    def text(self, path: str) -> str:
        """Return the text of the first field of that path, "" if there is none."""
        values = self.fields.get(path)
        return values[0].text if values else ""

    def is_truncated(self, path: str) -> bool:
        """Return whether the field was longer than allowed."""
        return any(value.cut for value in self.fields.get(path, ()))


class XMLRecords:
    """Iterates over the records of ``file``, each when it ends, inner ones before outer ones.

    ``records`` maps the path of an element that is a record ("rss/channel/item") to its fields:
    their path below it ("author/name") to the longest text in characters. ``prefix`` gives the
    short prefix of a namespace, or None for one to ignore. ``root`` is called with the root
    element's short name and the namespaces declared by then, and raises UnreadableFile for a file
    that is none of its kind.
    """

    def __init__(
        self,
        file: IO[bytes],
        *,
        records: Mapping[str, Mapping[str, int]],
        prefix: Callable[[str], str | None],
        root: Callable[[str, set[str]], None],
    ) -> None:
        self.file, self.records, self.prefix, self.root = file, records, prefix, root
        #: Characters that could not be decoded.
        self.replaced = 0
        #: The outermost record with the fields read so far.
        self.outermost: XMLRecord | None = None
        self._namespaces: set[str] = set()
        self._short: dict[str, str] = {}
        self._path: list[str] = []
        self._open: list[XMLRecord] = []
        self._done: list[XMLRecord] = []
        self._text: list[str] | None = None
        self._attributes: dict[str, str] = {}
        self._room = self._silent = self._skipped = 0

    def __iter__(self) -> Iterator[XMLRecord]:
        parser = self._parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start_element
        parser.EndElementHandler = self._end_element
        parser.CharacterDataHandler = self._add_text
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartNamespaceDeclHandler = self._declare_namespace
        for part in self._decode_chunks():
            self._feed(part.encode())
            yield from self._take_finished()
        self._feed(b"", last=True)
        yield from self._take_finished()

    def _take_finished(self) -> list[XMLRecord]:
        done, self._done = self._done, []
        return done

    def _feed(self, part: bytes, *, last: bool = False) -> None:
        self._silent += len(part)
        try:
            self._parser.Parse(part, last)
        except expat.ExpatError as error:
            raise UnreadableFile(_explain_error(error), error.lineno + self._skipped) from None
        if self._silent > MAX_TAG_LENGTH:
            raise UnreadableFile(_("A tag or a comment is never closed."), self._get_line())

    def _decode_chunks(self) -> Iterator[str]:
        """Yield the text without illegal characters, and count those that can't be decoded."""
        head = self.file.read(CHUNK_SIZE)
        start = head.removeprefix(codecs.BOM_UTF8)
        if not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            head = start.lstrip(b" \t\r\n")
            self._skipped = start[: len(start) - len(head)].count(b"\n")
        decoder = codecs.getincrementaldecoder(_get_encoding(head))("replace")
        while True:
            text = _ILLEGAL.sub("", decoder.decode(head, not head))
            self.replaced += text.count("\ufffd")
            yield text
            if not head:
                return
            head = self.file.read(CHUNK_SIZE)

    def _get_line(self) -> int:
        return self._parser.CurrentLineNumber + self._skipped

    def _refuse_doctype(self, name: str, *rest: Any) -> None:
        problem = _("It has a document type declaration, which is refused for safety.")
        raise UnreadableFile(problem, self._get_line())

    def _declare_namespace(self, prefix: str | None, address: str | None) -> None:
        self._namespaces.add(address or "")

    def _shorten_name(self, name: str) -> str:
        """Return "prefix:name" for a name of Expat."""
        short = self._short.get(name)
        if short is None:
            address, space, local = name.rpartition(" ")
            prefix = self.prefix(address) if space else ""
            short = "?" if prefix is None else f"{prefix}:{local}" if prefix else local
            if len(self._short) < 1000:
                self._short[name] = short
        return short

    def _start_element(self, name: str, attributes: dict[str, str]) -> None:
        self._silent = 0
        short = self._shorten_name(name)
        if self._path:
            path = f"{self._path[-1]}/{short}"
        else:
            path = short
            self.root(short, self._namespaces)
        self._path.append(path)
        if len(self._path) > MAX_DEPTH:
            raise UnreadableFile(_("Its elements are nested too deeply."), self._get_line())
        if path in self.records:
            outer = self._open[-1] if self._open else None
            record = XMLRecord(path, self._get_line(), self._shorten_names(attributes), outer)
            self.outermost = self.outermost or record
            self._open.append(record)
            self._text = None
        elif self._open:
            room = self._get_fields().get(self._get_field_path())
            self._text = None if room is None else []
            self._room = room or 0
            self._attributes = self._shorten_names(attributes) if attributes else {}

    def _get_fields(self) -> Mapping[str, int]:
        return self.records[self._open[-1].path]

    def _get_field_path(self) -> str:
        """Return the path of the current element relative to its record."""
        return self._path[-1][len(self._open[-1].path) + 1 :]

    def _shorten_names(self, attributes: dict[str, str]) -> dict[str, str]:
        return {self._shorten_name(name): value for name, value in attributes.items()}

    def _add_text(self, data: str) -> None:
        self._silent = 0
        if self._text is not None:
            if self._room > 0:
                self._text.append(data[: self._room])
            self._room -= len(data)

    def _end_element(self, name: str) -> None:
        self._silent = 0
        if self._open and self._path[-1] == self._open[-1].path:
            self._done.append(self._open.pop())
        elif self._text is not None:
            values = self._open[-1].fields.setdefault(self._get_field_path(), [])
            if len(values) < MAX_VALUES:
                values.append(FieldValue("".join(self._text), self._attributes, self._room < 0))
        self._text = None
        self._path.pop()


def _get_encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _DECLARED.match(head)
    name = declared[1].decode() if declared else "utf-8"
    if not _ENCODINGS.fullmatch(name):
        raise UnreadableFile(_("The encoding %s is not supported.") % name, 1)
    return name


#: Expat's errors for a file that ends too early.
_CUT_OFF = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
}


def _explain_error(error: expat.ExpatError) -> str:
    if error.code in _CUT_OFF:
        return _("The file is empty, or it ends in the middle: it was cut off.")
    return _("This is not XML: %s.") % expat.errors.messages[error.code]
