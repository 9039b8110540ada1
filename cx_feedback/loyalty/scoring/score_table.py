"""Writing the scores of all cells at once."""

import json
from typing import Any

from django.db import connection

from cx_feedback.loyalty.model import Cells, Scorer, p_alive
from cx_feedback.loyalty.models import CellScore, Fit
from cx_feedback.loyalty.scoring.tier_rules import TierBorders, assign_tiers, get_remaining_share

#: Columns with their types in PostgreSQL.
COLUMNS = {
    "x": "integer",
    "t_x": "integer",
    "n": "integer",
    "readers": "bigint",
    "p_return": "double precision",
    "p_alive": "double precision",
    "tier": "text",
}


def replace_scores(
    *, fit: Fit, cells: Cells, counted_cells: Cells, scorer: Scorer, borders: TierBorders
) -> None:
    """Replace the scores of all cells; call it in a transaction.

    ``counted_cells`` are the cells in the same order without the periods that were not counted:
    the figures of readers know nothing of these, so rows have the figures, and scores leave the
    periods out. Whether readers are at risk depends on the model alone, because it knows their
    habits.
    """
    returns = scorer.p_return(counted_cells)
    left = scorer.apply(
        lambda its, some: get_remaining_share(its.fitted.parameters, some, its.horizon),
        counted_cells,
    )
    alive = scorer.apply(lambda its, some: p_alive(its.fitted.parameters, some), counted_cells)
    fit.scores.all().delete()
    _insert_columns(
        fit,
        [
            cells.x.tolist(),
            cells.t_x.tolist(),
            cells.n.tolist(),
            cells.readers.tolist(),
            returns.tolist(),
            alive.tolist(),
            assign_tiers(counted_cells, returns, left, borders),
        ],
    )


def _insert_columns(fit: Fit, columns: list[list[Any]]) -> None:
    """Insert rows given by columns, because creating an object for each would take too long."""
    into = f"INSERT INTO {CellScore._meta.db_table} (fit_id, {', '.join(COLUMNS)}) "
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{kind}[]" for kind in COLUMNS.values())
            # As text, which JSON writes like PostgreSQL does: converting the items one by one
            # takes the driver longer than the insert takes the database.
            texts = (f"{{{json.dumps(column)[1:-1]}}}" for column in columns)
            cursor.execute(f"{into} SELECT %s, u.* FROM unnest({arrays}) u", [fit.pk, *texts])
            return
        marks = ", ".join(["%s"] * (len(COLUMNS) + 1))
        rows = [(fit.pk, *row) for row in zip(*columns, strict=True)]
        cursor.executemany(f"{into} VALUES ({marks})", rows)
