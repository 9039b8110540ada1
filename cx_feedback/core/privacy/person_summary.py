"""A summary of what is held of a person, for their own page and the screen of officers."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import pgettext, pgettext_lazy

from cx_feedback.core.pages import site_time
from cx_feedback.core.privacy.lookups import Person
from cx_feedback.core.privacy.person_rows import export_entry
from cx_feedback.core.privacy.personal_data import PersonalModel
from cx_feedback.core.privacy.registry import get_computed_data, get_parts, get_personal_models

#: Keys of stored objects (proofs of consent above all) in words.
KEYS = {
    "wording": pgettext_lazy("personal data", "wording"),
    "version": pgettext_lazy("personal data", "version"),
    "at": pgettext_lazy("personal data", "when"),
    "page": pgettext_lazy("personal data", "page"),
    "source": pgettext_lazy("personal data", "way"),
}


@dataclass(frozen=True)
class DataRow:
    """A row of a section: labels with values in words, and the rows that are part of it."""

    values: list[tuple[str, str]]
    parts: list["DataSection"] = field(default_factory=list)


@dataclass(frozen=True)
class DataSection:
    """The rows of one model about a person, with what the declaration says of them."""

    title: str
    rows: list[DataRow]
    entry: PersonalModel | None = None

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of data in it, in words."""
        found = dict.fromkeys(one.kind for one in self.entry.fields) if self.entry else {}
        return [str(kind.label) for kind in found]

    @property
    def kept(self) -> list[str]:
        """Return the labels of what an erasure leaves, without the person."""
        fields = self.entry.fields if self.entry else ()
        return [_get_label(self.entry, one.name) for one in fields if one.kept]


def describe_person(person: Person) -> list[DataSection]:
    """Return what is held of ``person``, without the sections that are empty."""
    found = [
        _describe_section(entry, rows)
        for entry in get_personal_models()
        if (rows := export_entry(entry, person))
    ]
    for computed in get_computed_data():
        rows = [DataRow(list(_describe_values(row))) for row in computed.build(person)]
        if rows:
            found.append(DataSection(str(computed.title), rows))
    return found


def _describe_section(entry: PersonalModel, rows: list[Any]) -> DataSection:
    title = capfirst(str(entry.model._meta.verbose_name_plural))
    return DataSection(title, [_describe_row(entry, row) for row in rows], entry)


def _describe_row(entry: PersonalModel, row: Any) -> DataRow:
    if not isinstance(row, dict):
        return DataRow([("", format_value(row))])
    names = {one.exported_name: one.name for one in entry.fields}
    values = [
        (_get_label(entry, names[key]), _format_field(entry, names[key], value))
        for key, value in row.items()
        if key in names and value not in (None, "", [], {})
    ]
    parts = [
        _describe_section(part, row[part.section])
        for part in get_parts(entry.model)
        if row.get(part.section)
    ]
    return DataRow(values, parts)


def _get_label(entry: PersonalModel | None, name: str) -> str:
    assert entry is not None
    return capfirst(str(getattr(entry.model._meta.get_field(name), "verbose_name", name)))


def _format_field(entry: PersonalModel, name: str, value: Any) -> str:
    """Return a value of a field in words: a choice by its label."""
    choices = getattr(entry.model._meta.get_field(name), "flatchoices", None) or ()
    labels = dict(choices)
    return str(labels[value]) if isinstance(value, str) and value in labels else format_value(value)


def _describe_values(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in row.items():
        if isinstance(value, dict):
            yield from _describe_values(value)
        elif value not in (None, ""):
            yield capfirst(key.replace("_", " ")), format_value(value)


def format_value(value: Any) -> str:
    """Return a value of an export in words."""
    if isinstance(value, bool):
        return pgettext("personal data", "yes") if value else pgettext("personal data", "no")
    if isinstance(value, list):
        return "; ".join(format_value(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(
            f"{KEYS.get(key, key)}: {format_value(one)}" for key, one in value.items() if one
        )
    return _format_time(value) if isinstance(value, str) else str("" if value is None else value)


def _format_time(value: str) -> str:
    """Return a moment or day of JSON as the site writes it, any other text as it is."""
    try:
        if len(value) == 10:
            return date_format(datetime.date.fromisoformat(value), "SHORT_DATE_FORMAT")
        moment = parse_datetime(value) if value[10:11] == "T" else None
        here = site_time.localtime(moment) if moment else None
    except ValueError:  # words of the person that look like a moment
        return value
    return date_format(here, "SHORT_DATETIME_FORMAT") if here else value
