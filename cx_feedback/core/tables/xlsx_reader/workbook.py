"""Opening a workbook: its parts, styles and first sheet."""

import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from django.utils.translation import gettext as _

from cx_feedback.core.tables.xlsx_reader import limits
from cx_feedback.core.tables.xlsx_reader.cells import Cells, UnreadableWorkbook, get_cell_kinds
from cx_feedback.core.tables.xlsx_reader.parts import PartReader, SharedTexts, get_local_name
from cx_feedback.core.tables.xlsx_reader.sheet import SheetReader

#: The exceptions that broken files raise in zipfile, zlib, expat and this package.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError),
    *(ValueError, KeyError, NotImplementedError, RuntimeError),
)


@contextmanager
def open_workbook(path: Path, *, seconds: float | None = None) -> Iterator[Iterator[Cells]]:
    """Open the first sheet of a workbook; raises UnreadableWorkbook.

    ``seconds`` limits the processor time that this thread may spend on reading.
    """
    end = None if seconds is None else time.thread_time() + seconds
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
            _refuse_bombs(archive)
            rows = Workbook(archive, end).iter_rows()
        except _BROKEN as error:
            raise UnreadableWorkbook(_("This is no XLSX file: %(why)s") % {"why": error}) from None
        yield _translate_errors(rows)


def _translate_errors(rows: Iterator[Cells]) -> Iterator[Cells]:
    """Raise UnreadableWorkbook for a workbook that is damaged further on."""
    try:
        yield from rows
    except _BROKEN as error:
        raise UnreadableWorkbook(_("The workbook is damaged: %(why)s") % {"why": error}) from None


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    """Refuse archives that unpack to too much; no part is unpacked beyond its stated size."""
    parts = archive.infolist()
    unpacked, packed = (sum(getattr(p, n) for p in parts) for n in ("file_size", "compress_size"))
    texts = sum(p.file_size for p in parts if "sharedstrings" in p.filename.lower())
    dense = unpacked > 1024**2 and unpacked > limits.DENSEST * max(packed, 1)
    if dense or unpacked > limits.MOST_UNPACKED or texts > limits.MOST_TEXTS:
        raise UnreadableWorkbook(
            _("This file is %(size)d MB when unpacked, which is too large. Save it as CSV.")
            % {"size": unpacked // 1024**2}
        )


class Workbook:
    """An XLSX file: relations between its parts, styles, shared texts and sheets."""

    def __init__(self, archive: zipfile.ZipFile, end: float | None) -> None:
        self.archive, self.end = archive, end
        relations = self._iter_elements("_rels/.rels", "Relationship")
        main = next((r["Target"] for r in relations if r["Type"].endswith("/officeDocument")), "")
        self.main = PurePosixPath(main.lstrip("/") or "xl/workbook.xml")
        rels = self.main.parent / "_rels" / f"{self.main.name}.rels"
        self.relations = list(self._iter_elements(str(rels), "Relationship"))
        book = list(self._iter_elements(str(self.main), "sheet", "workbookPr"))
        self.epoch_1904 = any(a.get("date1904") in ("1", "true") for a in book)
        self.sheets = [a for a in book if "sheetId" in a]
        self.texts = SharedTexts(self._get_target("/sharedStrings"), self)
        self.kinds = get_cell_kinds(self._get_formats())

    def _iter_elements(self, part: str, *names: str) -> Iterator[dict[str, str]]:
        """Iterate over the attributes of the elements with these names; none without the part."""
        if part not in self.archive.namelist():
            return
        found: list[dict[str, str]] = []
        reader = self.open_part(part, limits.MOST_OTHER)

        def start(name: str, attributes: dict[str, str]) -> None:
            if get_local_name(name) in names:
                found.append(attributes)

        reader.parser.StartElementHandler = start
        for _piece in reader.pieces():
            yield from found
            found.clear()

    def open_part(self, name: str, most: int) -> PartReader:
        """Return a reader of a part of at most ``most`` bytes."""
        return PartReader(self.archive, name, self.end, most)

    def _get_target(self, kind: str, key: str = "") -> str:
        """Return the name of the part that a relation leads to, "" where there is none."""
        for relation in self.relations:
            if relation["Type"].endswith(kind) and key in ("", relation["Id"]):
                target = relation["Target"]
                return target.lstrip("/") if target[:1] == "/" else str(self.main.parent / target)
        return ""

    def _get_formats(self) -> list[str]:
        """Return the number format of each style of cells."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        own: dict[str, str] = {}
        styles: list[str] = []
        name = self._get_target("/styles")
        if name not in self.archive.namelist():
            return []
        reader, within = self.open_part(name, limits.MOST_OTHER), [False]

        def start(element: str, attributes: dict[str, str]) -> None:
            local = get_local_name(element)
            if local == "cellXfs":
                within[0] = True
            elif local == "numFmt":
                own[attributes["numFmtId"]] = attributes["formatCode"]
            elif local == "xf" and within[0]:
                styles.append(attributes.get("numFmtId", "0"))

        def stop(element: str) -> None:
            if get_local_name(element) == "cellXfs":
                within[0] = False

        reader.parser.StartElementHandler, reader.parser.EndElementHandler = start, stop
        for _piece in reader.pieces():
            pass
        known = {str(key): code for key, code in BUILTIN_FORMATS.items()} | own
        return [known.get(style, "General") for style in styles]

    def iter_rows(self) -> Iterator[Cells]:
        """Iterate over the rows of the first sheet; raises ValueError without one."""
        keys = [
            v
            for k, v in (self.sheets[0] if self.sheets else {}).items()
            if get_local_name(k) == "id"
        ]
        name = self._get_target("/worksheet", keys[0]) if keys else ""
        if name not in self.archive.namelist():
            raise ValueError(_("It has no sheet."))
        return SheetReader(self, self.open_part(name, limits.MOST_UNPACKED)).iter_rows()
