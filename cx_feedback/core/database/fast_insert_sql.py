"""The statements of ``fast_insert``: Django's own, compiled once per combination of models."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db import connections, models
from django.db.models.sql import InsertQuery

#: (index of a row, column) to the index of the earlier row whose key it gets.
Links = Mapping[tuple[int, str], int]
#: A model, the columns that identify one row, a boolean column ("" for none), and the columns that
#: must match as well if it is true.
Owner = tuple[type[models.Model], tuple[str, ...], str, tuple[str, ...]]
#: Common values as literals of PostgreSQL.
WORDS = {
    (type(None), None): "NULL",
    (bool, True): "true",
    (bool, False): "false",
    (int, 0): "0",
    (float, 0.0): "0",
    (str, ""): "''",
}
#: Fields that store these values unchanged.
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


class Column(NamedTuple):
    """A column of an INSERT: its row, and the conversions that it doesn't need."""

    place: int
    name: str
    field: Any
    #: Whether its value may be one of ``WORDS``; whether a text is stored unchanged.
    as_is: bool
    is_text: bool


@cache
def get_columns(
    kinds: tuple[type[models.Model], ...],
    links: tuple[tuple[tuple[int, str], int], ...],
    owner: Owner | None,
) -> list[Column]:
    """Return the columns that hold values of the rows themselves, not keys of other rows."""
    linked = dict(links)
    return [
        Column(
            place,
            field.attname,
            field,
            isinstance(field, _AS_IS) and not _sets_own_value(field),
            isinstance(field, (models.CharField, models.TextField)) and not _sets_own_value(field),
        )
        for place, model in enumerate(kinds)
        for field in get_insert_fields(model)
        if (place, field.attname) not in linked
        and not (owner is not None and field.related_model is owner[0])
    ]


#: These return the attribute as it is, unless the field has ``auto_now``.
_PLAIN_PRE_SAVE = (
    models.Field.pre_save,
    models.DateField.pre_save,
    models.DateTimeField.pre_save,
)


def _sets_own_value(field: Any) -> bool:
    """Return whether a field sets its value itself when it is stored."""
    auto = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return auto or type(field).pre_save not in _PLAIN_PRE_SAVE


@cache
def get_select_sql(model: type[models.Model], column: str, alias: str) -> str:
    """Return Django's SELECT, "" if a column needs a conversion."""
    connection = connections[alias]
    converted = any(f.get_db_converters(connection) for f in model._meta.concrete_fields)
    if converted:
        return ""
    sample = field_of(model, column).get_default()
    query = model._default_manager.filter(**{column: 0 if sample is None else sample})
    return str(query.query.get_compiler(alias).as_sql()[0])


@cache
def get_insert_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields of an INSERT into ``model``."""
    return [f for f in model._meta.local_concrete_fields if not (f.primary_key or f.generated)]


@cache
def get_foreign_keys(model: type[models.Model]) -> list[Any]:
    return [field for field in get_insert_fields(model) if field.related_model is not None]


@lru_cache(maxsize=512)
def get_insert_sql(
    kinds: tuple[type[models.Model], ...],
    links: tuple[tuple[tuple[int, str], int], ...],
    alias: str,
    words: tuple[str, ...],
    owner: Owner | None = None,
) -> str:
    """Return a statement that inserts a row of each model and returns their keys.

    ``words`` are the literals or placeholders of ``get_columns``. With ``owner`` the rows belong to
    the matching row of that model, whose key is returned last; without a match nothing is inserted.
    """
    if len(kinds) == 1 and owner is None and set(words) == {"%s"}:
        return _get_django_insert(kinds[0], alias)
    own, linked, parts = iter(words), dict(links), []
    for place, model in enumerate(kinds):
        head, _values, returning = _get_django_insert(model, alias).rpartition(" RETURNING ")
        head = head.partition(" VALUES ")[0]
        values = []
        for field in get_insert_fields(model):
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
    return f"WITH {', '.join([_owner_cte(*owner, alias), *parts])} SELECT {keys}, key FROM owner"


def field_of(model: type[models.Model], name: str) -> Any:
    """Return the field of a column by its name, or the primary key for "pk"."""
    return model._meta.pk if name == "pk" else model._meta.get_field(name)


def _owner_cte(
    model: type[models.Model], columns: Sequence[str], if_set: str, more: Sequence[str], alias: str
) -> str:
    def column(name: str) -> str:
        return str(connections[alias].ops.quote_name(field_of(model, name).column))

    where = " AND ".join(f"{column(name)} = %s" for name in columns)
    if more:
        also = " AND ".join(f"{column(name)} = %s" for name in more)
        where += f" AND (NOT {column(if_set)} OR ({also}))"
    table = connections[alias].ops.quote_name(model._meta.db_table)
    key = f"SELECT {column('pk')} AS key FROM {table}"
    return f"owner AS ({key} WHERE {where})"


def _get_django_insert(model: type[models.Model], alias: str) -> str:
    """Return Django's INSERT for ``model``."""
    query = InsertQuery(model)
    query.insert_values(get_insert_fields(model), [model()])
    compiler: Any = query.get_compiler(connection=connections[alias])
    compiler.returning_fields = [model._meta.pk]
    return str(compiler.as_sql()[0][0])
