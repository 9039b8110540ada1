"""The work of officers: finding a person, preview, export and erasure, with the audit log."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.log_actions import get_active_log_context
from wagtail.models import ModelLogEntry

from cx_feedback.core.errors import Conflict, InvalidInput
from cx_feedback.core.privacy.lookups import Person
from cx_feedback.core.privacy.person_summary import DataSection, describe_person
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy.person_requests import (
    erase_person,
    export_person,
    find_unproved_reader_ids,
)
from cx_feedback.readers.selectors import get_reader_ids

FOUND = "cx_feedback.readers.person.view"
EXPORTED = "cx_feedback.readers.person.export"
ERASED = "cx_feedback.readers.person.erase"


class NobodyFound(InvalidInput):
    """Nothing is stored about the person with this address or key."""

    def __init__(self) -> None:
        super().__init__(fields={"person": [_("Nothing is stored about this person.")]})


@dataclass(frozen=True)
class FoundPerson:
    """A person as an officer sees them before deciding."""

    email: str
    reader_ids: tuple[int, ...]
    #: The readers who entered the address without proving it, and who go with an erasure.
    unproved_ids: tuple[int, ...]
    sections: list[DataSection]

    @property
    def person(self) -> Person:
        """Return the person whose data an erasure takes."""
        return Person(self.email, tuple(sorted({*self.reader_ids, *self.unproved_ids})))

    @property
    def seen(self) -> str:
        """Return a digest of what is shown, which the decision carries."""
        shown = f"{self.person}{_list_values(self.sections)}"
        return hashlib.sha256(shown.encode()).hexdigest()[:32]


def _list_values(sections: list[DataSection]) -> list[Any]:
    """Return all values of sections, with those of their parts."""
    return [
        (one.title, [(row.values, _list_values(row.parts)) for row in one.rows]) for one in sections
    ]


def find_person(*, sought: str) -> FoundPerson:
    """Return the person with this email address or reader key, with all that an erasure takes.

    Raises InvalidInput naming ``person`` if it is neither, NobodyFound if nobody has it.
    """
    email, ids = _parse_sought(sought)
    ids |= set(get_reader_ids(email=email)) if email else set()
    unproved = set(find_unproved_reader_ids(email=email)) - ids if email else set()
    whole = Person(email, tuple(sorted(ids | unproved)))
    sections = describe_person(whole)
    if not sections:
        raise NobodyFound
    return FoundPerson(email, tuple(sorted(ids)), tuple(sorted(unproved)), sections)


def _parse_sought(sought: str) -> tuple[str, set[int]]:
    sought = sought.strip().lower()
    if "@" in sought:
        try:
            validate_email(sought)
        except ValidationError as error:
            raise InvalidInput(fields={"person": list(error.messages)}) from error
        return sought, set()
    try:
        reader = Reader.objects.filter(key=uuid.UUID(sought)).first()
    except ValueError as error:
        words = _("Enter an email address or the key of a reader.")
        raise InvalidInput(fields={"person": [words]}) from error
    if reader is None:
        raise NobodyFound
    return reader.email or "", {reader.pk}


def log_search(*, found: FoundPerson, officer: Any) -> None:
    """Note in the audit log that ``officer`` looked at the data of a person."""
    _write_log(FOUND, found, officer, {})


def log_fruitless_search(*, officer: Any) -> None:
    """Note in the audit log that ``officer`` sought somebody of whom nothing is stored.

    That nothing is stored is an answer too. It names nobody, not even by a hash.
    """
    _add_entry(FOUND, "0", _("Nobody was found"), officer, {})


def export_found(*, found: FoundPerson, officer: Any) -> str:
    """Return the export of a person as JSON, and note it in the audit log.

    Without the browsers that only entered the address: they may be somebody else's.
    """
    sections = export_person(email=found.email, reader_ids=list(found.reader_ids))
    _write_log(EXPORTED, found, officer, {name: len(rows) for name, rows in sections.items()})
    return json.dumps(sections, indent=2, ensure_ascii=False, default=str)


@transaction.atomic
def erase_found(*, sought: str, seen: str, officer: Any) -> dict[str, int]:
    """Erase a person as ``officer`` saw them, and note it in the audit log.

    Raises Conflict if there is more or less by now than was ``seen``.
    """
    found = find_person(sought=sought)
    if found.seen != seen:
        raise Conflict(_("The data has changed meanwhile. Look at it again before you erase it."))
    counts = erase_person(email=found.email, reader_ids=list(found.reader_ids))
    _write_log(ERASED, found, officer, {name: n for name, n in counts.items() if n})
    return counts


def _write_log(action: str, found: FoundPerson, officer: Any, counts: dict[str, int]) -> None:
    """Add an entry, which names the person by a number only: it stays after the erasure."""
    number = min(found.person.reader_ids, default=0)
    label = pgettext("reader", "Reader %d") % number if number else _("A person without a reader")
    _add_entry(action, str(number), label, officer, counts)


def _add_entry(
    action: str, object_id: str, label: str, officer: Any, counts: dict[str, int]
) -> None:
    context = get_active_log_context()
    ModelLogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(Reader),
        object_id=object_id,
        label=label,
        action=action,
        timestamp=timezone.now(),
        user=officer or context.user,
        uuid=context.uuid,
        data={"counts": counts},
    )
