"""Two rows for each table of historical models: one has everything, one has as little as it may.

The rows are written as they are, without the rules of services, which are those of the newest
models. Of every model row 1 refers to row 1 of the others and row 2 to their row 2, so that unique
relations hold; foreign keys are looked at with the commit.
"""

import datetime
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.db import models

FULL, SPARSE = 1, 2
#: Primary keys that are out of the way of rows that migrations themselves insert.
FIRST_KEY = 900_000
MOMENT = datetime.datetime(2026, 3, 1, 12, 30, tzinfo=datetime.UTC)
BY_TYPE: dict[str, Callable[[int], Any]] = {
    "BooleanField": lambda row: row == FULL,
    "FloatField": lambda row: row + 0.5,
    "DecimalField": lambda row: Decimal(row),
    "DateTimeField": lambda row: MOMENT.replace(day=row),
    "DateField": lambda row: MOMENT.replace(day=row).date(),
    "TimeField": lambda row: MOMENT.replace(minute=row).time(),
    "DurationField": lambda row: datetime.timedelta(hours=row),
    "UUIDField": lambda row: uuid.UUID(int=row),
    "BinaryField": lambda row: bytes([row, 0, 255]),
}
#: What the constraints of a table want, by ``model.field``: of the full row and of the sparse one.
#: ``...`` leaves the value as it is.
WANTED: dict[str, tuple[Any, Any]] = {
    "comment.parent": (None, None),
    "comment.root": (None, None),
    "comment.depth": (0, 0),
    "authornote.author_key": (..., "key"),
    "conversation.state": ("closed", "open"),
    "conversation.snoozed_until": (None, None),
    "conversation.outcome": (..., ""),
    "assignmentrule.target": ("account", ...),
    "conversationmessage.direction": ("out", ...),
    "promiseclock.done_at": (None, None),
    "promiseclock.on_time": (None, None),
    "conversationrule.active": (..., False),
    "returnexpectation.probability": (0.5, None),
    "returnexpectation.weeks": (..., 0),
}


def make_rows(wanted: Iterable[type[models.Model]]) -> None:
    """Insert both rows into the table of each model, and of each model that they refer to."""
    waiting, done = list(wanted), set()
    while waiting:
        model = waiting.pop()
        if model in done:
            continue
        done.add(model)
        for row in (FULL, SPARSE):
            values = {
                field.attname: get_value(field, row)
                for field in model._meta.concrete_fields
                if not getattr(field, "generated", False)
            }
            # Raw: of a model with a parent, the row of the parent is one of the others.
            model(**values).save_base(raw=True, force_insert=True)
        waiting += [
            field.remote_field.model
            for field in model._meta.local_concrete_fields
            if field.remote_field
        ]


def get_value(field: Any, row: int) -> Any:
    """Return the value of a field in one of the rows."""
    label = f"{field.model._meta.model_name}.{field.name}"
    wanted = WANTED.get(label, (..., ...))[row - 1]
    if wanted is not ...:
        return wanted
    if field.primary_key and not field.remote_field:
        return uuid.UUID(int=row) if field.get_internal_type() == "UUIDField" else FIRST_KEY + row
    if row == SPARSE and not field.primary_key:
        if field.null:
            return None
        if not field.unique and not field.remote_field:
            if field.has_default():
                return field.get_default()
            if field.blank and field.empty_strings_allowed:
                return ""
    if field.remote_field:
        return get_value(field.target_field, row)
    return make_value(field, row)


def make_value(field: Any, row: int) -> Any:
    """Return a value of the field's type that differs between the rows."""
    kind = field.get_internal_type()
    if field.choices:
        values = [value for value, _label in field.flatchoices if value not in ("", None)]
        return values[min(row, len(values)) - 1]
    if kind in BY_TYPE:
        return BY_TYPE[kind](row)
    if hasattr(field, "stream_block"):
        return "[]"
    if isinstance(field, models.JSONField):
        return {"row": row, "kept": ["ñ", None, 1.5]}
    if isinstance(field, models.IntegerField):
        return row
    text = f"{field.name} {row} ñ"
    return text[-field.max_length :] if field.max_length else text
