"""Tables as they are, and what is lost between two looks at them."""

from collections.abc import Iterable, Mapping

from django.db import connection, models

#: The rows of each table, by column.
Tables = dict[str, dict[str, list[str]]]


def read_tables(wanted: Iterable[type[models.Model]]) -> Tables:
    """Return the rows of the tables of historical models."""
    return {
        model._meta.db_table: read_table(model._meta.db_table, model._meta.pk.column)
        for model in wanted
    }


def read_table(name: str, key: str) -> dict[str, list[str]]:
    """Return the values of each column, by the order of the key; nothing if there is no table."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if name not in connection.introspection.table_names(cursor):
            return {}
        cursor.execute(f"SELECT * FROM {quote(name)} ORDER BY {quote(key)}")
        columns = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    return {
        column: [str(bytes(v) if isinstance(v, memoryview) else v) for v in values]
        for column, values in zip(columns, zip(*rows, strict=True) if rows else [], strict=False)
    }


def find_losses(before: Tables, changes: Mapping[str, str]) -> list[str]:
    """Return what of ``before`` is not in the database, but for what changes on purpose."""
    losses = []
    for table, columns in before.items():
        now = changes.get(table, table)
        if not now:
            continue
        key = next(iter(columns))
        there = read_table(now, changes.get(f"{table}.{key}", key))
        for column, values in columns.items():
            name = changes.get(f"{table}.{column}", column)
            if name and there.get(name) != values:
                losses.append(f"{table}.{column}: {values} became {there.get(name)}")
    return losses
