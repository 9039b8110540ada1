"""Subscribers with the consent that they gave elsewhere, from a CSV file."""

import csv
import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TextIO

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail.letters import clean_address, refuse_control_characters
from cx_feedback.newsletter.models import MailingList, Subscription, Topic
from cx_feedback.newsletter.wording import version_of
from cx_feedback.newsletter.zones import clean_zone
from cx_feedback.readers.models import Reader

State = Subscription.State
#: Lines of one transaction.
CHUNK = 500
COLUMNS = (
    "email", "reader", "name", "language", "time_zone", "list", "topics", "state",
    "consent_wording", "consent_date", "consent_page", "consent_how",
)  # fmt: skip
#: What an export says besides, and what follows from the rest here.
ALSO = ("consent_version", "confirmed_date", "unsubscribed_date")
#: Between the names of topics.
BETWEEN = ";"


@dataclass(frozen=True)
class Line:
    """One line that could be read; ``number`` counts from 1 and the heading is line 1."""

    number: int
    email: str
    reader: str
    name: str
    language: str
    mailing_list: MailingList
    wording: str
    agreed_at: datetime.datetime
    time_zone: str = ""
    topics: tuple[Topic, ...] = ()
    state: str = State.CONFIRMED
    page_id: int | None = None
    how: str = "import"


@dataclass(frozen=True)
class Defaults:
    """What holds for lines that leave a column empty."""

    mailing_list: MailingList | None = None
    wording: str = ""
    agreed_at: datetime.datetime | None = None
    language: str = ""


@dataclass
class Report:
    """What an import did, in numbers of lines; ``errors`` are (line, what is wrong)."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    #: They unsubscribed here: an old file does not bring them back.
    left_out: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return self.added + self.changed + self.unchanged + self.left_out + len(self.errors)


def import_subscribers(file: TextIO, defaults: Defaults) -> Iterator[Report]:
    """Import the CSV ``file`` with a heading of COLUMNS; yield the report after each chunk.

    Repeatable: a second run changes nothing. A line with an error is named and left out, the
    others are kept. Raises InvalidInput for a heading without ``email``, or with unknown names.
    """
    reader = csv.DictReader(file)
    names = [(name or "").strip().lower() for name in reader.fieldnames or []]
    reader.fieldnames = names
    unknown = set(names) - {*COLUMNS, *ALSO}
    if "email" not in names or unknown:
        raise InvalidInput(
            fields={
                "heading": [
                    _("Line 1 must name the columns: email, and any of %(names)s.")
                    % {"names": ", ".join(COLUMNS[1:])}
                ]
            }
        )
    lists = {row.name: row for row in MailingList.objects.prefetch_related("topics")}
    report = Report()
    rows = ((reader.line_num, row) for row in reader)
    while chunk := list(islice(rows, CHUNK)):
        lines = []
        for number, row in chunk:
            try:
                lines.append(_line(number, row, lists, defaults))
            except InvalidInput as error:
                report.errors.append((number, _first(error)))
        with transaction.atomic():
            _store(lines, report)
        yield report


def _first(error: InvalidInput) -> str:
    return "; ".join(f"{name}: {texts[0]}" for name, texts in error.fields.items())


def _line(
    number: int, row: dict[str, str], lists: dict[str, MailingList], defaults: Defaults
) -> Line:
    if None in row.values() or None in row:
        raise InvalidInput(fields={"line": [_("It has not as many columns as the heading.")]})
    value = {name: (row.get(name) or "").strip() for name in COLUMNS}
    mailing_list = lists.get(value["list"]) if value["list"] else defaults.mailing_list
    if mailing_list is None:
        raise InvalidInput(fields={"list": [_("There is no such list.")]})
    wording = value["consent_wording"] or defaults.wording
    if not wording:
        raise InvalidInput(
            fields={"consent_wording": [_("Without the words agreed to there is no consent.")]}
        )
    refuse_control_characters("name", value["name"])
    return Line(
        number,
        clean_address(value["email"]),
        value["reader"],
        value["name"][:80],
        (value["language"] or defaults.language)[:12],
        mailing_list,
        wording,
        agreed_at_of(value["consent_date"], defaults),
        clean_zone(value["time_zone"]),
        _topics_of(value["topics"], mailing_list),
        _state_of(value["state"]),
        _page_of(value["consent_page"]),
        (value["consent_how"] or "import")[:40],
    )


def _topics_of(text: str, mailing_list: MailingList) -> tuple[Topic, ...]:
    names = {name.strip() for name in text.split(BETWEEN) if name.strip()}
    found = tuple(topic for topic in mailing_list.topics.all() if topic.name in names)
    if len(found) < len(names):
        raise InvalidInput(fields={"topics": [_("There is no such topic.")]})
    return found


def _state_of(text: str) -> str:
    if text not in ("", State.CONFIRMED, State.UNSUBSCRIBED):
        raise InvalidInput(fields={"state": [_("Only “confirmed” and “unsubscribed” come over.")]})
    return text or State.CONFIRMED


def _page_of(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidInput(fields={"consent_page": [_("Write the number of the page.")]})
    return int(text) if text else None


def agreed_at_of(text: str, defaults: Defaults) -> datetime.datetime:
    if not text and defaults.agreed_at:
        return defaults.agreed_at
    try:
        at = parse_datetime(text)
        day = None if at else parse_date(text)
    except ValueError:
        at = day = None
    if at is None and day is not None:
        at = datetime.datetime.combine(day, datetime.time())
    if at is None:
        raise InvalidInput(fields={"consent_date": [_("Write it like 2026-03-31.")]})
    if timezone.is_naive(at):
        at = timezone.make_aware(at)
    if at > timezone.now():
        raise InvalidInput(fields={"consent_date": [_("It lies in the future.")]})
    return at


def _store(lines: list[Line], report: Report) -> None:
    readers = _readers_of(lines)
    known = {
        (row.mailing_list_id, row.email): row
        for row in Subscription.objects.select_for_update().filter(
            email__in=[line.email for line in lines]
        )
    }
    new: dict[tuple[int, str], Subscription] = {}
    changed: dict[int, Subscription] = {}
    for line in lines:
        try:
            reader = readers.find(line)
        except InvalidInput as error:
            report.errors.append((line.number, _first(error)))
            continue
        key = (line.mailing_list.pk, line.email)
        row = known.get(key)
        if row is None:
            if key in new:
                report.unchanged += 1
            else:
                new[key] = _fill(Subscription(mailing_list=line.mailing_list), line, reader)
                report.added += 1
        elif row.unsubscribed_at is not None and row.state != State.CONFIRMED:
            # Whoever asks for an address again after that, only its owner brings it back.
            report.left_out += 1
        elif row.state == State.PENDING:
            changed[row.pk] = _fill(row, line, reader)
            report.changed += 1
        elif row.reader_id is None and reader is not None:
            row.reader = reader
            changed[row.pk] = row
            report.changed += 1
        else:
            report.unchanged += 1
    Reader.objects.bulk_update(readers.given, ["email"])
    Subscription.objects.bulk_create(new.values())
    Subscription.objects.bulk_update(changed.values(), _FILLED)
    _choose_topics(lines, new.values())


def _choose_topics(lines: list[Line], rows: Iterable[Subscription]) -> None:
    """Give the new rows the topics of their lines; others keep what they chose."""
    chosen = {(line.mailing_list.pk, line.email): line.topics for line in reversed(lines)}
    through = Subscription.topics.through
    through._default_manager.bulk_create(
        through(subscription_id=row.pk, topic_id=topic.pk)
        for row in rows
        for topic in chosen[row.mailing_list_id, row.email]
    )


_FILLED = [
    "name", "language", "reader", "state", "confirmed_at", "consent_wording", "consent_version",
    "consent_at", "consent_how", "consent_page_id", "time_zone", "unsubscribed_at",
]  # fmt: skip


def _fill(row: Subscription, line: Line, reader: Reader | None) -> Subscription:
    row.email, row.name, row.language = line.email, line.name, line.language
    row.reader, row.time_zone = reader, line.time_zone or row.time_zone
    row.state, row.confirmed_at = line.state, line.agreed_at
    if line.state == State.UNSUBSCRIBED:
        row.unsubscribed_at = timezone.now()
    row.consent_wording, row.consent_version = line.wording, version_of(line.wording)
    row.consent_at, row.consent_how, row.consent_page_id = line.agreed_at, line.how, line.page_id
    return row


class _Readers:
    """The readers of a chunk; an import vouches that an address belongs to its reader."""

    def __init__(self, by_name: dict[str, Reader], by_email: dict[str, Reader]) -> None:
        self.by_name, self.by_email = by_name, by_email
        self.given: list[Reader] = []

    def find(self, line: Line) -> Reader | None:
        owner = self.by_email.get(line.email)
        if not line.reader:
            return owner
        reader = self.by_name.get(line.reader)
        if reader is None:
            raise InvalidInput(
                fields={"reader": [_("There is no such reader: import their visits first.")]}
            )
        if owner is not None and owner.pk != reader.pk:
            raise InvalidInput(fields={"email": [_("Another reader has this address.")]})
        if reader.email and reader.email != line.email:
            raise InvalidInput(fields={"reader": [_("This reader has another address.")]})
        if not reader.email:
            reader.email = line.email
            self.by_email[line.email] = reader
            self.given.append(reader)
        return reader


def _readers_of(lines: Iterable[Line]) -> _Readers:
    lines = list(lines)
    names = {line.reader for line in lines if line.reader}
    emails = {line.email for line in lines}
    return _Readers(
        {row.external_id: row for row in Reader.objects.filter(external_id__in=names)},
        {row.email or "": row for row in Reader.objects.filter(email__in=emails)},
    )
