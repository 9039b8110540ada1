"""Storing and finding rows for little: the way of what every act of a reader touches."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar

from django.db import connections, models, router
from django.db.models.sql import InsertQuery

Row = TypeVar("Row", bound=models.Model)
#: (place of a row, name of its column) to the place of an earlier row, whose key it takes.
Links = Mapping[tuple[int, str], int]
#: A model and the columns by which one row of it is found.
Owner = tuple[type[models.Model], tuple[str, ...]]
#: How values that most rows have stand in a statement of PostgreSQL.
_WORDS = {
    (type(None), None): "NULL",
    (bool, True): "true",
    (bool, False): "false",
    (int, 0): "0",
    (float, 0.0): "0",
    (str, ""): "''",
}
#: Fields that store these as they are.
_AS_IS = (
    models.BooleanField,
    models.CharField,
    models.DateField,
    models.FloatField,
    models.ForeignKey,
    models.IntegerField,
    models.TextField,
    models.UUIDField,
)


def insert(row: models.Model) -> None:
    """Insert ``row``, whose model has an automatic key, and set that key.

    About half the work of ``save()``: the statement is put together once for each model, and no
    ``pre_save`` or ``post_save`` goes to every app. For models that nobody listens to.
    """
    insert_all([row])


def insert_all(rows: Sequence[models.Model], links: Links | None = None) -> None:
    """Insert rows, of several models, and set their keys.

    A row whose foreign key holds an earlier one of ``rows`` takes its key; ``links`` says the
    same of columns that are no foreign keys. PostgreSQL takes all of them by one statement, so
    that what a reader does is one way to the database and back.
    """
    connection = connections[router.db_for_write(type(rows[0]))]
    links = {**_foreign(rows), **(links or {})}
    if connection.features.can_return_columns_from_insert and (
        connection.vendor == "postgresql" or len(rows) == 1
    ):
        _store(rows, links, connection)
        return
    for place, row in enumerate(rows):
        _take_keys(rows, place, links)
        if connection.features.can_return_columns_from_insert:
            _store([row], {}, connection)
        else:
            row.save(force_insert=True)


def insert_for(
    model: type[Row], where: Mapping[str, Any], rows: Sequence[models.Model], links: Links
) -> Row | None:
    """Insert ``rows`` for the one row of ``model`` that ``where`` describes, and return that.

    None, with nothing inserted, where none matches or this database cannot do it by a single
    statement: then look for the row and use ``insert_all``. ``where`` is column to value (never
    null), one of them unique. The foreign keys of ``rows`` to ``model`` take its key, ``links``
    are as for ``insert_all``. What is returned fetches its other columns when they are asked for.
    """
    connection = connections[router.db_for_write(model)]
    if connection.vendor != "postgresql":
        return None
    conditions = [
        _column(model, name).get_db_prep_value(value, connection) for name, value in where.items()
    ]
    found = _execute(rows, links, connection, (model, tuple(where)), conditions)
    if found is None:
        return None
    *keys, key = found
    names = [model._meta.pk.attname, *where]
    held = model.from_db(connection.alias, names, [key, *where.values()])
    for row in rows:
        for field in _foreign_keys(type(row)):
            if field.related_model is model:
                setattr(row, field.name, held)
    _note_keys(rows, keys, links, connection.alias)
    return held


def stands_alone(model: type[models.Model]) -> bool:
    """Return whether ``insert_all`` is one statement of its own here, all of it or nothing.

    Not inside a transaction, whose savepoint keeps it whole when a row is refused.
    """
    connection = connections[router.db_for_write(model)]
    return connection.vendor == "postgresql" and not connection.in_atomic_block


def _foreign(rows: Sequence[models.Model]) -> dict[tuple[int, str], int]:
    """Return the links of foreign keys that hold one of ``rows``."""
    if len(rows) == 1:
        return {}
    places = {id(row): place for place, row in enumerate(rows)}
    return {
        (place, field.attname): places[id(held)]
        for place, row in enumerate(rows)
        for field in _foreign_keys(type(row))
        if (held := row._state.fields_cache.get(field.name)) is not None and id(held) in places
    }


def _take_keys(rows: Sequence[models.Model], place: int, links: Links) -> None:
    """Give the row at ``place`` the keys of those that it links to."""
    for (at, column), earlier in links.items():
        if at == place:
            # Past the descriptor, which would forget the row that the foreign key holds.
            rows[place].__dict__[column] = rows[earlier].pk


def _store(rows: Sequence[models.Model], links: Links, connection: Any) -> None:
    _note_keys(rows, _execute(rows, links, connection), links, connection.alias)


def _execute(
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
    for place, name, field, as_is, is_text in _columns(kinds, linked, owner):
        value = held[place][name]
        if as_is and with_words and (not value or value is True):
            word = _WORDS.get((type(value), value), "%s")
            words.append(word)
            if word != "%s":
                continue
        else:
            words.append("%s")
        if not (is_text and type(value) is str):
            value = field.get_db_prep_save(field.pre_save(rows[place], True), connection)
        values.append(value)
    statement = _prepared(kinds, linked, connection.alias, tuple(words), owner)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()


class _Column(NamedTuple):
    """A column that an INSERT gives a value to: of which row, and what may be left out for it."""

    place: int
    name: str
    field: Any
    #: Whether ``_WORDS`` hold for it; whether a text is stored as it is.
    as_is: bool
    is_text: bool


@cache
def _columns(
    kinds: tuple[type[models.Model], ...],
    links: tuple[tuple[tuple[int, str], int], ...],
    owner: Owner | None,
) -> list[_Column]:
    """Return the columns whose values are the rows' own, not the keys of other rows."""
    linked = dict(links)
    return [
        _Column(
            place,
            field.attname,
            field,
            isinstance(field, _AS_IS) and not _is_made(field),
            isinstance(field, (models.CharField, models.TextField)),
        )
        for place, model in enumerate(kinds)
        for field in _fields(model)
        if (place, field.attname) not in linked
        and not (owner is not None and field.related_model is owner[0])
    ]


def _is_made(field: Any) -> bool:
    """Return whether a field says itself what is stored."""
    return getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)


def _note_keys(rows: Sequence[models.Model], keys: Sequence[Any], links: Links, alias: str) -> None:
    for place, row in enumerate(rows):
        row.pk = keys[place]
        row._state.adding, row._state.db = False, alias
        _take_keys(rows, place, links)


def find(model: type[Row], column: str, value: Any) -> Row | None:
    """Return the one row of ``model`` whose unique ``column`` has ``value``, None for none.

    About a fifth of the work of ``filter()``: its SELECT is put together once.
    """
    connection = connections[router.db_for_read(model)]
    statement = _select(model, column, connection.alias)
    if not statement:
        return model._default_manager.filter(**{column: value}).first()
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])
        row = cursor.fetchone()
    names = [field.attname for field in model._meta.concrete_fields]
    return row and model.from_db(connection.alias, names, row)


@cache
def _select(model: type[models.Model], column: str, alias: str) -> str:
    """Return Django's own SELECT, "" where a column's value is not what the database gives."""
    connection = connections[alias]
    fields = model._meta.concrete_fields
    if connection.vendor != "postgresql" or any(f.get_db_converters(connection) for f in fields):
        return ""
    sample = _column(model, column).get_default()
    query = model._default_manager.filter(**{column: 0 if sample is None else sample})
    return str(query.query.get_compiler(alias).as_sql()[0])


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    """Return the fields that an INSERT of ``model`` takes."""
    return [f for f in model._meta.local_concrete_fields if not (f.primary_key or f.generated)]


@cache
def _foreign_keys(model: type[models.Model]) -> list[Any]:
    return [field for field in _fields(model) if field.related_model is not None]


@lru_cache(maxsize=512)
def _prepared(
    kinds: tuple[type[models.Model], ...],
    links: tuple[tuple[tuple[int, str], int], ...],
    alias: str,
    words: tuple[str, ...],
    owner: Owner | None = None,
) -> str:
    """Return one statement that inserts a row of each model and returns their keys.

    ``words`` stand for the values of ``_columns``. With ``owner`` it does so for the row of that
    model with values in these columns, if there is one, and returns its key last.
    """
    if len(kinds) == 1 and owner is None and set(words) == {"%s"}:
        return _statement(kinds[0], alias)
    own, linked, parts = iter(words), dict(links), []
    for place, model in enumerate(kinds):
        head, _values, returning = _statement(model, alias).rpartition(" RETURNING ")
        head = head.partition(" VALUES ")[0]
        values = []
        for field in _fields(model):
            if (at := linked.get((place, field.attname))) is not None:
                values.append(f"(SELECT key FROM row_{at})")
            elif owner is not None and field.related_model is owner[0]:
                values.append("owner.key")
            else:
                values.append(next(own))
        row = ", ".join(values)
        row = f"VALUES ({row})" if owner is None else f"SELECT {row} FROM owner"
        if len(kinds) == 1 and owner is None:
            return f"{head} {row} RETURNING {returning}"
        parts.append(f"row_{place} AS ({head} {row} RETURNING {returning} AS key)")
    keys = ", ".join(f"(SELECT key FROM row_{place})" for place in range(len(kinds)))
    if owner is None:
        return f"WITH {', '.join(parts)} SELECT {keys}"
    return f"WITH {', '.join([_owner(*owner, alias), *parts])} SELECT {keys}, key FROM owner"


def _column(model: type[models.Model], name: str) -> Any:
    """Return the field of a column by its name, or the primary key for "pk"."""
    return model._meta.pk if name == "pk" else model._meta.get_field(name)


def _owner(model: type[models.Model], columns: Sequence[str], alias: str) -> str:
    quote, meta = connections[alias].ops.quote_name, model._meta
    where = " AND ".join(f"{quote(_column(model, name).column)} = %s" for name in columns)
    key = f"SELECT {quote(_column(model, 'pk').column)} AS key FROM {quote(meta.db_table)}"
    return f"owner AS ({key} WHERE {where})"


def _statement(model: type[models.Model], alias: str) -> str:
    """Return Django's own INSERT for ``model``."""
    query = InsertQuery(model)
    query.insert_values(_fields(model), [model()])
    compiler: Any = query.get_compiler(connection=connections[alias])
    compiler.returning_fields = [model._meta.pk]
    return str(compiler.as_sql()[0][0])
