"""No export writes its cells by itself: ``tables.table_writer`` keeps texts from being formulas."""

import inspect
import re
from pathlib import Path

import pytest
from django.urls import resolve

import cx_feedback
from cx_feedback.core.admin.export_views import TableExportMixin
from tests.permissions.addresses import list_admin_addresses
from tests.permissions.conftest import fill, moderated, objects, pages  # noqa: F401

ROOT = Path(cx_feedback.__file__).parent
#: What writes cells, with the modules that may use it.
WRITERS = {
    r"csv\.(writer|DictWriter)\(": {"core/tables/table_writer.py"},
    r"\bWriteOnlyCell\b": {"core/tables/table_writer.py"},
    r"\bSpreadsheetExportMixin\b": {"core/admin/export_views.py"},
    r"\bescape_formula\b": {"core/tables/table_writer.py"},
}
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text()
    for path in sorted(ROOT.rglob("*.py"))
    if "migrations" not in path.parts
}


@pytest.mark.parametrize("pattern", WRITERS)
def test_cells_are_written_in_one_place(pattern):
    found = {name for name, source in SOURCES.items() if re.search(pattern, source)}
    assert found == WRITERS[pattern]


def test_each_cell_of_a_workbook_is_made_there():
    """Of openpyxl's workbooks that we write, each appended row consists of ``xlsx_cell``."""
    writers = {
        name: source
        for name, source in SOURCES.items()
        if re.search(r"import (\w+, )*Workbook\b", source) and "write_only" in source
    }
    assert set(writers) == {"surveys/exports/file_writer.py"}
    for source in writers.values():
        rows = re.findall(r"sheet\.append\((.*)\)", source)
        assert rows
        assert all(row.startswith("[xlsx_cell(sheet, cell) for cell in ") for row in rows)


@pytest.mark.django_db
def test_each_list_with_an_export_uses_it(fill):  # noqa: F811
    exporting = []
    for address in list_admin_addresses():
        view = inspect.unwrap(resolve(fill(address)).func)
        options = getattr(view, "view_initkwargs", {})
        if options.get("list_export") or getattr(view.view_class, "list_export", None):
            assert issubclass(view.view_class, TableExportMixin), address
            exporting.append(str(address))
    assert {"cx_subscriptions:index", "cx_loyalty:readers"} <= set(exporting)
