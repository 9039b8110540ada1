"""Files as people have them: CSV and XLSX, odd ones and hostile ones."""

import csv
import io
import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook

from cx_feedback.core.tables.table_reader import (
    MOST_COLUMNS,
    Problem,
    Row,
    UnreadableFile,
    open_table,
)


def read(path, **how):
    with open_table(path, **how) as sheet:
        return sheet.headings, list(sheet.rows)


@pytest.fixture
def write(tmp_path):
    def write_(content, name="answers.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write_


def refused(path, **how):
    with pytest.raises(UnreadableFile) as error:
        read(path, **how)
    return str(error.value)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(write, mark, delimiter):
    text = 'name,words\nAna,"one\ntwo"\n\n,\nEva,ñ\n'.replace(",", delimiter)
    headings, rows = read(write(mark + text.encode()))
    assert headings == ("name", "words")
    assert [row.cells for row in rows] == [
        {"name": "Ana", "words": "one\ntwo"},
        {"name": "Eva", "words": "ñ"},
    ]
    assert rows[0].number == 2


def test_another_encoding_is_said(write):
    path = write("name\nMuñoz\n", encoding="latin-1")
    assert "--encoding latin-1" in refused(path)
    assert read(path, encoding="latin-1")[1][0].cells == {"name": "Muñoz"}
    assert "unknown encoding" in refused(path, encoding="no-such")


def test_a_ragged_row_is_named_and_the_rest_is_read(write):
    _, rows = read(write("a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n4,5,6\n"))
    assert [type(row) for row in rows] == [Row, Problem, Problem, Row, Row]
    assert (rows[1].row, rows[1].reason) == (3, "This row has 2 cells but there are 3 headings.")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b,a\n1,2,3\n", "'a'"),
        (b"a,,b\n1,2,3\n", "Column 2 has no heading"),
        (b"a,b\n" + b"x" * 5_000_000, "too long"),
        (b"a," * 1_000_000, "more than 2000 columns"),
        (b"PK\x03\x04 but no more of it", "no XLSX file"),
    ],
)
def test_what_is_no_table_is_refused(write, content, words):
    assert words in refused(write(content))
    assert "No such file" in refused(write(b"").parent / "nowhere.csv")


def test_xlsx(tmp_path):
    book, path = Workbook(), tmp_path / "answers.xlsx"
    sheet = book.active
    for row in (["id", "score", "words"], [1, 9.0, "So"], [2, "=1+1", None], [], [3, None, None]):
        sheet.append(row)
    book.save(path)
    headings, rows = read(path)
    assert headings == ("id", "score", "words")
    assert rows[0].cells == {"id": "1", "score": "9", "words": "So"}
    assert (rows[1].row, rows[1].column, rows[1].value) == (3, "B3", "=1+1")
    assert [row.cells["id"] for row in rows[2:]] == ["2", "3"]


def test_an_xlsx_of_too_many_columns_is_refused(tmp_path):
    book, path = Workbook(write_only=True), tmp_path / "wide.xlsx"
    book.create_sheet().append([f"c{n}" for n in range(MOST_COLUMNS + 1)])
    book.save(path)
    assert "more than 2000 columns" in refused(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    tracemalloc.start()
    assert "is 190 MB when unpacked" in refused(path)
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_a_damaged_workbook_is_refused(tmp_path):
    path = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/workbook.xml", "<nothing")
    assert "no XLSX file" in refused(path)


def test_memory_does_not_grow_with_the_file(write):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["a", "b"])
    writer.writerows((n, "words " * 20) for n in range(15_000))
    path = write(text.getvalue())
    tracemalloc.start()
    with open_table(path) as sheet:
        assert sum(1 for _ in sheet.rows) == 15_000
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
