"""Cells of exported tables."""


def no_formula(value: str) -> str:
    """Return a cell of a CSV file that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t")) else value
