"""Storing and finding rows for little: the way of what every act of a reader touches."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import DatabaseError, connections, models, router

from cx_feedback.core.database import fast_insert_sql
from cx_feedback.core.database.fast_insert_sql import Links, Owner

Row = TypeVar("Row", bound=models.Model)


def insert_row(row: models.Model) -> None:
    """Insert ``row``, whose model has an automatic key, and set that key.

    About half the work of ``save()``: the statement is put together once for each model, and no
    ``pre_save`` or ``post_save`` goes to every app. For models that nobody listens to.
    """
    insert_rows([row])


def insert_rows(rows: Sequence[models.Model], links: Links | None = None) -> None:
    """Insert rows, of several models, and set their keys.

    A row whose foreign key holds an earlier one of ``rows`` takes its key; ``links`` says the
    same of columns that are no foreign keys. PostgreSQL takes all of them by one statement, so
    that what a reader does is one way to the database and back.
    """
    connection = connections[router.db_for_write(type(rows[0]))]
    links = {**_foreign_key_links(rows), **(links or {})}
    if connection.features.can_return_columns_from_insert and (
        connection.vendor == "postgresql" or len(rows) == 1
    ):
        _insert_and_set_keys(rows, links, connection)
        return
    try:
        for place, row in enumerate(rows):
            _take_keys(rows, place, links)
            if connection.features.can_return_columns_from_insert:
                _insert_and_set_keys([row], {}, connection)
            else:
                row.save(force_insert=True)
    except DatabaseError:
        # The caller's transaction takes back those before it: they have no row to be found by.
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
    """Insert ``rows`` for the one row of ``model`` that ``where`` describes, and return that.

    None, with nothing inserted, where none matches or this database cannot do it by a single
    statement: then look for the row and use ``insert_rows``. ``where`` is column to value (never
    null), one of them unique; ``where_set`` names a column of yes or no, and what must match too
    where it says yes. The foreign keys of ``rows`` to ``model`` take its key, ``links``
    are as for ``insert_rows``. What is returned fetches its other columns when they are asked for.
    """
    connection = connections[router.db_for_write(model)]
    if connection.vendor != "postgresql":
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
    """Return whether ``insert_rows`` is one statement of its own here, all of it or nothing.

    Not inside a transaction, whose savepoint keeps it whole when a row is refused.
    """
    connection = connections[router.db_for_write(model)]
    return connection.vendor == "postgresql" and not connection.in_atomic_block


def _foreign_key_links(rows: Sequence[models.Model]) -> dict[tuple[int, str], int]:
    """Return the links of foreign keys that hold one of ``rows``."""
    if len(rows) == 1:
        return {}
    places = {id(row): place for place, row in enumerate(rows)}
    return {
        (place, field.attname): places[id(held)]
        for place, row in enumerate(rows)
        for field in fast_insert_sql.get_foreign_keys(type(row))
        if (held := row._state.fields_cache.get(field.name)) is not None and id(held) in places
    }


def _take_keys(rows: Sequence[models.Model], place: int, links: Links) -> None:
    """Give the row at ``place`` the keys of those that it links to."""
    for (at, column), earlier in links.items():
        if at == place:
            # Past the descriptor, which would forget the row that the foreign key holds.
            rows[place].__dict__[column] = rows[earlier].pk


def _insert_and_set_keys(rows: Sequence[models.Model], links: Links, connection: Any) -> None:
    _note_keys(rows, _execute_insert(rows, links, connection), links, connection.alias)


def _execute_insert(
    rows: Sequence[models.Model],
    links: Links,
    connection: Any,
    owner: Owner | None = None,
    conditions: Sequence[Any] = (),
) -> Any:
    """Send the statement that inserts ``rows`` and return its row: their keys, the owner's last.

    What is nothing, yes, no, zero or an empty text stands in the statement itself: most columns
    of a new row do, and psycopg remembers how to fill in a statement of 50 values and less only.
    """
    kinds, linked = tuple(map(type, rows)), tuple(links.items())
    held = [row.__dict__ for row in rows]
    words, values = [], list(conditions)
    with_words = connection.vendor == "postgresql"
    for place, name, field, as_is, is_text in fast_insert_sql.get_columns(kinds, linked, owner):
        value = held[place][name]
        if as_is and with_words and (not value or value is True):
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
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()


def _note_keys(rows: Sequence[models.Model], keys: Sequence[Any], links: Links, alias: str) -> None:
    for place, row in enumerate(rows):
        row.pk = keys[place]
        row._state.adding, row._state.db = False, alias
        _take_keys(rows, place, links)


def get_by_unique_column(model: type[Row], column: str, value: Any) -> Row | None:
    """Return the one row of ``model`` whose unique ``column`` has ``value``, None for none.

    About a fifth of the work of ``filter()``: its SELECT is put together once.
    """
    connection = connections[router.db_for_read(model)]
    statement = fast_insert_sql.get_select_sql(model, column, connection.alias)
    if not statement:
        return model._default_manager.filter(**{column: value}).first()
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])
        row = cursor.fetchone()
    names = [field.attname for field in model._meta.concrete_fields]
    return row and model.from_db(connection.alias, names, row)
