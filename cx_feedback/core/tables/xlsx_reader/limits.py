"""The limits within which a workbook is read."""

#: Rows of a sheet, as in Excel, and the most cells that are read.
MOST_ROWS, MOST_CELLS = 1_048_576, 20_000_000
#: Characters of one cell (Excel: 32,767), and cells of one row (Excel: 16,384).
LONGEST_CELL, WIDEST_ROW = 100_000, 16_384
#: Bytes of the unpacked file; of its shared texts, which stay in memory; of its other parts.
MOST_UNPACKED, MOST_TEXTS, MOST_OTHER = 2 * 1024**3, 128 * 1024**2, 8 * 1024**2
#: A file that is compressed to less than this fraction of its size isn't a sheet of a person.
DENSEST = 400
