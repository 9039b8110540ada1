"""Export and erasure of the rows that the installed rooms declare."""

import datetime
import uuid
from collections import defaultdict
from typing import Any

from django.db.models import QuerySet

from cx_feedback.core.privacy.lookups import PartOf, Person
from cx_feedback.core.privacy.personal_data import PersonalModel
from cx_feedback.core.privacy.registry import (
    get_computed_data,
    get_parts,
    get_personal_models,
)


def export_rows(person: Person) -> dict[str, list[Any]]:
    """Return all rows about ``person`` by section, as values of JSON."""
    sections: dict[str, list[Any]] = {}
    for entry in get_personal_models():
        sections.setdefault(entry.section, []).extend(export_entry(entry, person))
    for computed in get_computed_data():
        sections.setdefault(computed.section, []).extend(computed.build(person))
    return sections


def export_entry(entry: PersonalModel, person: Person) -> list[Any]:
    """Return the rows of one model about ``person``, as values of JSON."""
    if all(one.withheld for one in entry.fields):
        return []
    return _describe_rows(entry, entry.find_rows(person))[1]


def erase_rows(person: Person) -> dict[str, int]:
    """Erase the rows about ``person`` and return their numbers by section."""
    counts: dict[str, int] = {}
    for entry in sorted(get_personal_models(), key=lambda entry: entry.erased_last):
        counts[entry.section] = counts.get(entry.section, 0) + entry.erase_rows(person)
    return counts


def _describe_rows(entry: PersonalModel, found: QuerySet[Any]) -> tuple[list[Any], list[Any]]:
    """Return rows, and what the export has of each, with the rows that are part of it."""
    rows = list(found.select_related(*entry.related).order_by("pk"))
    if entry.describe is not None:
        described = entry.describe(rows)
    else:
        told = [one for one in entry.fields if not one.withheld]
        described = [
            {
                **entry.label,
                **{one.exported_name: to_plain_value(one.get_value(row)) for one in told},
            }
            for row in rows
        ]
    for part in get_parts(entry.model):
        lookup = part.lookup
        assert isinstance(lookup, PartOf)
        parts = part.model._default_manager.filter(lookup.exported, **{f"{lookup.by}__in": rows})
        column = part.model._meta.get_field(lookup.by).attname  # type: ignore[union-attr]
        by_row: dict[Any, list[Any]] = defaultdict(list)
        for row, told_row in zip(*_describe_rows(part, parts), strict=True):
            by_row[getattr(row, column)].append(told_row)
        for row, whole in zip(rows, described, strict=True):
            whole[part.section] = by_row[row.pk]
    return rows, described


def to_plain_value(value: Any) -> Any:
    """Return a value of a field as a value of JSON."""
    if isinstance(value, datetime.date):  # and datetime
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return value.hex
    return value
