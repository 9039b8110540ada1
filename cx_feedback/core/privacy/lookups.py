"""Lookups of a person's rows: by reader, by address, by what they are part of."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Person:
    """A person: an address in lower case, "" if unknown, and the ids of their readers."""

    email: str = ""
    reader_ids: tuple[int, ...] = ()


class FoundBy(models.TextChoices):
    """The way from a person to a row."""

    READER = "reader", pgettext_lazy("personal data", "reader")
    ADDRESS = "address", pgettext_lazy("personal data", "email address")
    HASH = "hash", pgettext_lazy("personal data", "keyed hash of the address or account")
    PARENT = "parent", pgettext_lazy("personal data", "the row that it is part of")


class Lookup:
    """The way to the rows of a person in a model. Rooms subclass it where columns won't do."""

    found_by: tuple[FoundBy, ...] = ()

    def find_rows(self, model: type[models.Model], person: Person) -> QuerySet[Any]:
        """Return the rows about ``person``."""
        raise NotImplementedError

    def find_readers(self, model: type[models.Model], email: str) -> set[int]:
        """Return the ids of the readers who entered this address, confirmed or not."""
        return set()

    def get_addresses(
        self, model: type[models.Model], reader_ids: list[int]
    ) -> dict[int, set[str]]:
        """Return the addresses that these readers entered or confirmed, by reader id."""
        return {}

    def iterate_addresses(self, model: type[models.Model]) -> Iterable[str]:
        """Return all addresses in the rows of this model, each once or more."""
        return ()


class AddressBy(models.TextChoices):
    """The writer of an address in a row with a reader."""

    #: The reader, who may have typed anybody's.
    TYPED = "typed"
    #: The reader, who has proved it.
    CONFIRMED = "confirmed"
    #: The site, which wrote to it.
    SITE = "site"


@dataclass(frozen=True)
class ByColumns(Lookup):
    """Rows with a column of the reader, of the address, or of both."""

    reader: str = "reader"
    address: str = ""
    address_by: AddressBy = AddressBy.SITE

    @property
    def found_by(self) -> tuple[FoundBy, ...]:  # type: ignore[override]
        """Return what leads to a row, by the columns that are named."""
        named = ((self.reader, FoundBy.READER), (self.address, FoundBy.ADDRESS))
        return tuple(way for column, way in named if column)

    def find_rows(self, model: type[models.Model], person: Person) -> QuerySet[Any]:
        whose = Q(pk__in=[])
        if self.reader:
            whose |= Q(**{f"{self.reader}__in": person.reader_ids})
        if self.address and person.email:
            whose |= Q(**{self.address: person.email})
        return model._default_manager.filter(whose)

    def find_readers(self, model: type[models.Model], email: str) -> set[int]:
        if self.address_by != AddressBy.TYPED:
            return set()
        rows = model._default_manager.filter(
            **{self.address: email, f"{self.reader}__isnull": False}
        )
        return set(rows.values_list(self.reader, flat=True))

    def get_addresses(
        self, model: type[models.Model], reader_ids: list[int]
    ) -> dict[int, set[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        if self.address_by != AddressBy.SITE:
            rows = model._default_manager.filter(**{f"{self.reader}__in": reader_ids})
            for reader_id, address in rows.values_list(self.reader, self.address):
                if address:
                    found[reader_id].add(address)
        return found

    def iterate_addresses(self, model: type[models.Model]) -> Iterable[str]:
        if not self.address:
            return ()
        found = model._default_manager.exclude(**{self.address: ""}).order_by(self.address)
        return found.values_list(self.address, flat=True).distinct().iterator()


@dataclass(frozen=True)
class PartOf(Lookup):
    """Rows that belong to the rows of another model by the foreign key ``by``.

    Of those, an export has the ones that meet ``exported``.
    """

    parent: type[models.Model]
    by: str
    exported: Q = field(default_factory=Q)

    found_by: ClassVar[tuple[FoundBy, ...]] = (FoundBy.PARENT,)  # type: ignore[misc]

    def find_rows(self, model: type[models.Model], person: Person) -> QuerySet[Any]:
        raise NotImplementedError("Rows of a part are found by the rows of the whole.")
