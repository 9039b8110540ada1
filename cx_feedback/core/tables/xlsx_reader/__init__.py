"""Reading the first sheet of an XLSX file row by row: only the cells that the file contains.

Expat parses each part in pieces. openpyxl would read all parts but the sheet at once, and create
cells and rows that a file merely claims to have ("row 99999999999").
"""

from cx_feedback.core.tables.xlsx_reader.cells import Cells, Formula, UnreadableWorkbook
from cx_feedback.core.tables.xlsx_reader.workbook import open_workbook

__all__ = ["Cells", "Formula", "UnreadableWorkbook", "open_workbook"]
