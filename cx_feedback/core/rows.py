"""Storing one row for little: the way of the ledgers that every act of a reader writes to."""

from functools import cache
from typing import Any

from django.db import connections, models, router
from django.db.models.sql import InsertQuery


def insert(row: models.Model) -> None:
    """Insert ``row``, whose model has an automatic key, and set that key.

    About half the work of ``save()``: the statement is put together once for each model, and no
    ``pre_save`` or ``post_save`` goes to every app. For models that nobody listens to.
    """
    connection = connections[router.db_for_write(type(row))]
    if not connection.features.can_return_columns_from_insert:
        row.save(force_insert=True)
        return
    statement, fields = _prepared(type(row), connection.alias)
    values = [f.get_db_prep_save(f.pre_save(row, True), connection) for f in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias


@cache
def _prepared(model: type[models.Model], alias: str) -> tuple[str, list[Any]]:
    """Return Django's own INSERT for ``model`` and the fields that it takes."""
    fields = [f for f in model._meta.local_concrete_fields if not (f.primary_key or f.generated)]
    query = InsertQuery(model)
    query.insert_values(fields, [model()])
    compiler: Any = query.get_compiler(connection=connections[alias])
    compiler.returning_fields = [model._meta.pk]
    return compiler.as_sql()[0][0], fields
