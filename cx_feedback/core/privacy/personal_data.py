"""The declaration of personal data: the dataclasses with which each room says what it holds.

The ``personal`` module of a room has ``PERSONAL_DATA``, one entry for each of its models. A field
that no entry names fails the tests (``tests/privacy/test_declaration.py``).
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from cx_feedback.core.privacy.lookups import Lookup, PartOf, Person


class DataKind(models.TextChoices):
    """The kind of a piece of personal data."""

    IDENTIFIER = "identifier", pgettext_lazy("personal data", "identifiers")
    CONTACT = "contact", pgettext_lazy("personal data", "contact details")
    CONTENT = "content", pgettext_lazy("personal data", "what the person wrote or answered")
    BEHAVIOUR = "behaviour", pgettext_lazy("personal data", "what the person did, and when")
    DERIVED = "derived", pgettext_lazy("personal data", "what was concluded about the person")
    CONSENT = "consent", pgettext_lazy("personal data", "consents and choices")
    DECISION = "decision", pgettext_lazy("personal data", "what the site decided about the person")
    TECHNICAL = "technical", pgettext_lazy("personal data", "technical data")


class LegalGround(models.TextChoices):
    """The legal grounds of Article 6(1) of the GDPR that rooms rely on."""

    CONSENT = "consent", pgettext_lazy("personal data", "consent (Article 6(1)(a) GDPR)")
    CONTRACT = (
        "contract",
        pgettext_lazy("personal data", "what the person asked for (Article 6(1)(b) GDPR)"),
    )
    OBLIGATION = (
        "obligation",
        pgettext_lazy("personal data", "a legal obligation (Article 6(1)(c) GDPR)"),
    )
    INTEREST = (
        "interest",
        pgettext_lazy("personal data", "a legitimate interest (Article 6(1)(f) GDPR)"),
    )


class Erasure(models.TextChoices):
    """The effect of an erasure on the rows of a person."""

    DELETED = "deleted", pgettext_lazy("personal data", "deleted")
    ANONYMIZED = "anonymized", pgettext_lazy("personal data", "made anonymous")


@dataclass(frozen=True)
class PersonalField:
    """A field that holds something of a person.

    ``withheld`` says why it is not in an export, ``kept`` why an erasure that makes rows anonymous
    leaves it. ``retention`` names the periods of ``core.retention_periods`` after which it goes,
    where that is before its row.
    """

    name: str
    kind: DataKind
    #: Its name in the export, by default that of the field.
    export_as: str = ""
    withheld: str = ""
    kept: str = ""
    get: Callable[[Any], Any] | None = None
    retention: tuple[str, ...] = ()

    @property
    def exported_name(self) -> str:
        """Return its name in the export."""
        return self.export_as or self.name

    def get_value(self, row: Any) -> Any:
        """Return its value for the export; of a relation the id."""
        if self.get is not None:
            return self.get(row)
        return getattr(row, row._meta.get_field(self.name).attname)


@dataclass(frozen=True)
class PersonalModel:
    """A model that holds something of a person.

    ``section`` is its name in exports and in the counts of erasures; several models may share one.
    The section of a model that is ``PartOf`` another is the name of its rows within the other's.
    """

    model: type[models.Model]
    section: str
    purpose: Any
    ground: LegalGround
    lookup: Lookup
    fields: Sequence[PersonalField]
    #: Reasons, each with the names of the fields that hold nothing of a person because of it.
    others: Mapping[str, str] = field(default_factory=dict)
    erasure: Erasure = Erasure.DELETED
    #: Erases the rows of a person and returns their number, where it takes more than deleting them.
    erase: Callable[[Person], int] | None = None
    #: Whether its rows are erased after those of all other models, which are found by them.
    erased_last: bool = False
    #: Periods of ``core.retention_periods`` after which rows go; none: they stay until erased.
    retention: tuple[str, ...] = ()
    #: Added to each row of the export, where models share a section.
    label: Mapping[str, str] = field(default_factory=dict)
    #: Relations that the fields of the export need.
    related: tuple[str, ...] = ()
    #: Returns the rows as the export has them, where their fields do not say it alone.
    describe: Callable[[list[Any]], list[Any]] | None = None

    @property
    def declared_names(self) -> list[str]:
        """Return the names of all fields that the entry names."""
        return [*(one.name for one in self.fields), *_split_names(self.others)]

    def find_rows(self, person: Person) -> QuerySet[Any]:
        """Return the rows of this model about ``person``."""
        return self.lookup.find_rows(self.model, person)

    def erase_rows(self, person: Person) -> int:
        """Erase the rows of this model about ``person`` and return their number."""
        if self.erase is not None:
            return self.erase(person)
        return self.find_rows(person).delete()[1].get(self.model._meta.label, 0)


@dataclass(frozen=True)
class ImpersonalModel:
    """A model that holds nothing of a reader: reasons, each with the names of fields."""

    model: type[models.Model]
    others: Mapping[str, str]

    @property
    def declared_names(self) -> list[str]:
        """Return the names of all fields that the entry names."""
        return _split_names(self.others)


@dataclass(frozen=True)
class ComputedData:
    """Data about a person that is not stored, but computed for their export."""

    section: str
    title: Any
    build: Callable[[Person], list[Any]]


@dataclass(frozen=True)
class Expiry:
    """Rows that end by themselves after a period of ``core.retention_periods``.

    ``find`` returns those that are too old at a moment, ``delete`` deletes or clears them and
    returns their number.
    """

    period: str
    title: Any
    find: Callable[[datetime.datetime], Sequence[QuerySet[Any]]]
    delete: Callable[[], int]


Declaration = PersonalModel | ImpersonalModel | ComputedData | Expiry


def personal_fields(kind: DataKind, names: str, **options: Any) -> tuple[PersonalField, ...]:
    """Return fields of one kind. ``names`` are separated by spaces, "name=its name in exports"."""
    pairs = (name.partition("=") for name in names.split())
    return tuple(PersonalField(name, kind, alias, **options) for name, _, alias in pairs)


def get_parent(entry: PersonalModel) -> type[models.Model] | None:
    """Return the model whose rows the rows of ``entry`` are part of."""
    return entry.lookup.parent if isinstance(entry.lookup, PartOf) else None


def _split_names(others: Mapping[str, str]) -> list[str]:
    names: Iterable[str] = others.values()
    return [name for group in names for name in group.split()]
