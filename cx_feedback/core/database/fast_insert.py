"""Fast inserts and lookups for the rows that every act of a reader touches.

They are what PostgreSQL is asked with ``CX_FEEDBACK["FAST_INSERTS"]``, the default: the rows of an
act take one statement that was put together before. Elsewhere, and without it, each goes through
``save()``: the same rows (``tests/test_fast_models.py`` compares them for every model), in two to
three times the time (docs/benchmarks.md, "twins"). Only models marked by ``allow_fast_inserts``
may be inserted so; a system check looks whether each still can be.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import DatabaseError, connections, models, router

from cx_feedback.core import conf
from cx_feedback.core.database import fast_insert_sql, prepared_statements
from cx_feedback.core.database.fast_insert_sql import Links, Owner

Row = TypeVar("Row", bound=models.Model)
ModelClass = TypeVar("ModelClass", bound=type[models.Model])

#: The models whose rows may be inserted without ``save()``.
FAST_MODELS: set[type[models.Model]] = set()


def allow_fast_inserts(model: ModelClass) -> ModelClass:
    """Mark a model whose rows are inserted by the hundred; a class decorator.

    No ``pre_save`` or ``post_save`` is sent for its rows, its own ``save()`` is not called, and
    defaults of the database are not read back.
    """
    FAST_MODELS.add(model)
    return model


def uses_fast_inserts(connection: Any) -> bool:
    """Return whether rows are inserted here without ``save()``."""
    return connection.vendor == "postgresql" and bool(conf.get("FAST_INSERTS"))


def insert_row(row: models.Model) -> None:
    """Insert ``row``, whose model has an automatic key, and set that key.

    On PostgreSQL this takes about half the time of ``save()``: the statement is compiled once.
    """
    insert_rows([row])


def insert_rows(rows: Sequence[models.Model], links: Links | None = None) -> None:
    """Insert rows of several models, and set their keys.

    A foreign key that holds an earlier one of ``rows`` gets its key. ``links`` does the same for
    columns that aren't foreign keys. PostgreSQL inserts all rows with one statement, so that an
    act takes one round trip to the database. Raises TypeError for a model without
    ``allow_fast_inserts``.
    """
    for row in rows:
        if type(row) not in FAST_MODELS:
            raise TypeError(f"{type(row).__name__} does not allow fast inserts: use save().")
    connection = connections[router.db_for_write(type(rows[0]))]
    links = {**_foreign_key_links(rows), **(links or {})}
    if uses_fast_inserts(connection):
        _note_keys(rows, _execute_insert(rows, links, connection), links, connection.alias)
        return
    try:
        for place, row in enumerate(rows):
            _take_keys(rows, place, links)
            row.save(force_insert=True)
    except DatabaseError:
        # The caller's transaction rolls back the rows inserted before.
        for row in rows:
            row.pk, row._state.adding = None, True
        raise


def insert_rows_for(
    model: type[Row],
    where: Mapping[str, Any],
    rows: Sequence[models.Model],
    links: Links,
    *,
    where_set: tuple[str, Mapping[str, Any]] = ("", {}),
) -> Row | None:
    """Insert ``rows`` for the one row of ``model`` that matches ``where``, and return that row.

    Returns None, with nothing inserted, if no row matches or the database can't do it in a single
    statement. Then look up the row and use ``insert_rows``. ``where`` maps columns to values
    (never null), and one of the columns is unique. ``where_set`` names a boolean column, and
    further conditions for rows in which it is true. The foreign keys of ``rows`` to ``model`` get
    its key; ``links`` is as in ``insert_rows``. The other columns of the result are deferred.
    """
    connection = connections[router.db_for_write(model)]
    if not uses_fast_inserts(connection):
        return None
    if_set, more = where_set
    conditions = [
        fast_insert_sql.field_of(model, name).get_db_prep_value(value, connection)
        for name, value in (*where.items(), *more.items())
    ]
    owner = (model, tuple(where), if_set, tuple(more))
    found = _execute_insert(rows, links, connection, owner, conditions)
    if found is None:
        return None
    *keys, key = found
    names = [model._meta.pk.attname, *where]
    held = model.from_db(connection.alias, names, [key, *where.values()])
    for row in rows:
        for field in fast_insert_sql.get_foreign_keys(type(row)):
            if field.related_model is model:
                setattr(row, field.name, held)
    _note_keys(rows, keys, links, connection.alias)
    return held


def is_single_statement(model: type[models.Model]) -> bool:
    """Return whether ``insert_rows`` is a single, atomic statement here.

    It isn't inside a transaction, which needs a savepoint in case a row is rejected.
    """
    connection = connections[router.db_for_write(model)]
    return uses_fast_inserts(connection) and not connection.in_atomic_block


def _foreign_key_links(rows: Sequence[models.Model]) -> dict[tuple[int, str], int]:
    """Return the links of foreign keys to other rows of ``rows``."""
    if len(rows) == 1:
        return {}
    places = {id(row): place for place, row in enumerate(rows)}
    return {
        (place, field.attname): places[id(held)]
        for place, row in enumerate(rows)
        for field in fast_insert_sql.get_foreign_keys(type(row))
        if (held := field.get_cached_value(row, default=None)) is not None and id(held) in places
    }


def _take_keys(rows: Sequence[models.Model], place: int, links: Links) -> None:
    """Set the linked columns of the row at ``place`` to the keys of the other rows."""
    for (at, column), earlier in links.items():
        if at == place:
            # Not through the descriptor, which would drop the cached related object.
            rows[place].__dict__[column] = rows[earlier].pk


def _execute_insert(
    rows: Sequence[models.Model],
    links: Links,
    connection: Any,
    owner: Owner | None = None,
    conditions: Sequence[Any] = (),
) -> Any:
    """Execute the statement that inserts ``rows``; return their keys, then that of the owner.

    None, booleans, 0 and "" are literals in the statement. Most columns of a new row hold one of
    them, and psycopg only caches statements of up to 50 parameters.
    """
    kinds, linked = tuple(map(type, rows)), tuple(links.items())
    held = [row.__dict__ for row in rows]
    words, values = [], list(conditions)
    for place, name, field, as_is, is_text in fast_insert_sql.get_columns(kinds, linked, owner):
        value = held[place][name]
        if as_is and (not value or value is True):
            word = fast_insert_sql.WORDS.get((type(value), value), "%s")
            words.append(word)
            if word != "%s":
                continue
        else:
            words.append("%s")
        if not (is_text and type(value) is str):
            value = field.get_db_prep_save(field.pre_save(rows[place], True), connection)
        values.append(value)
    statement = fast_insert_sql.get_insert_sql(kinds, linked, connection.alias, tuple(words), owner)
    return prepared_statements.fetch_one(connection, statement, values)


def _note_keys(rows: Sequence[models.Model], keys: Sequence[Any], links: Links, alias: str) -> None:
    for place, row in enumerate(rows):
        row.pk = keys[place]
        row._state.adding, row._state.db = False, alias
        _take_keys(rows, place, links)


def get_by_unique_column(model: type[Row], column: str, value: Any) -> Row | None:
    """Return the row of ``model`` whose unique ``column`` has ``value``, None if there is none.

    This takes about a fifth of the time of ``filter()``, because the SELECT is compiled once.
    """
    connection = connections[router.db_for_read(model)]
    fast = uses_fast_inserts(connection)
    statement = fast and fast_insert_sql.get_select_sql(model, column, connection.alias)
    if not statement:
        return model._default_manager.filter(**{column: value}).first()
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])
        row = cursor.fetchone()
    names = [field.attname for field in model._meta.concrete_fields]
    return row and model.from_db(connection.alias, names, row)
