"""Parsing and validation of the rows of a file of subscribers."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.pages import site_time
from cx_feedback.core.tables.table_reader import Row
from cx_feedback.core.text import languages
from cx_feedback.core.text.email_addresses import clean_address, refuse_control_characters
from cx_feedback.newsletter.models import MailingList, Subscription, Topic
from cx_feedback.newsletter.subscribing.time_zones import clean_time_zone

State = Subscription.State
COLUMNS = (
    "email", "reader", "name", "language", "time_zone", "list", "topics", "state",
    "consent_wording", "consent_date", "consent_page", "consent_source",
)  # fmt: skip
#: Further columns of our exports, whose values follow from the others.
DERIVED_COLUMNS = ("consent_version", "confirmed_date", "unsubscribed_date")
#: Separates the names of topics.
TOPIC_SEPARATOR = ";"


@dataclass(frozen=True)
class SubscriberRow:
    """A valid row. ``number`` counts from 1, which is the row of headings."""

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
    source: str = "import"


@dataclass(frozen=True)
class RowDefaults:
    """Values for rows in which a column is empty."""

    mailing_list: MailingList | None = None
    wording: str = ""
    agreed_at: datetime.datetime | None = None
    language: str = ""
    source: str = "import"


@dataclass(frozen=True)
class RowReader:
    """Parses the rows of a file. ``columns`` maps our column names to its headings."""

    columns: Mapping[str, str]
    defaults: RowDefaults
    lists: Mapping[str, MailingList] = field(
        default_factory=lambda: {
            row.name: row for row in MailingList.objects.prefetch_related("topics")
        }
    )

    def parse_row(self, row: Row) -> SubscriberRow:
        """Return the parsed row. Raises InvalidInput naming our columns."""
        value = dict.fromkeys(COLUMNS, "")
        value |= {name: row.cells.get(head, "").strip() for name, head in self.columns.items()}
        # The default list is taken from here as well, because its topics are prefetched.
        default_list = self.defaults.mailing_list
        mailing_list = self.lists.get(value["list"] or (default_list.name if default_list else ""))
        if mailing_list is None:
            raise InvalidInput(fields={"list": [_("There is no such list.")]})
        wording = value["consent_wording"] or self.defaults.wording
        if not wording:
            raise InvalidInput(fields={"consent_wording": [_("The consent text is required.")]})
        refuse_control_characters("name", value["name"])
        return SubscriberRow(
            row.number,
            clean_address(value["email"]),
            value["reader"],
            value["name"][:80],
            _get_language(value["language"]) or self.defaults.language,
            mailing_list,
            wording,
            parse_consent_date(value["consent_date"], self.defaults),
            clean_time_zone(value["time_zone"]),
            _parse_topics(value["topics"], mailing_list),
            _parse_state(value["state"]),
            _parse_page_id(value["consent_page"]),
            (value["consent_source"] or self.defaults.source)[:40],
        )


def _get_language(code: str) -> str:
    """Return the language of the site that is closest, of another site its own."""
    return languages.get_site_language(code) or code[:12]


def map_columns(headings: tuple[str, ...]) -> dict[str, str]:
    """Map our column names to the headings of a file. Raises InvalidInput for unknown headings."""
    names = {heading.lower(): heading for heading in headings}
    if "email" not in names or set(names) - {*COLUMNS, *DERIVED_COLUMNS}:
        raise InvalidInput(
            fields={
                "heading": [
                    _("The first line must name the columns: email, and any of %(names)s.")
                    % {"names": ", ".join(COLUMNS[1:])}
                ]
            }
        )
    return {name: heading for name, heading in names.items() if name in COLUMNS}


def _parse_topics(text: str, mailing_list: MailingList) -> tuple[Topic, ...]:
    names = {name.strip() for name in text.split(TOPIC_SEPARATOR) if name.strip()}
    found = tuple(topic for topic in mailing_list.topics.all() if topic.name in names)
    if len(found) < len(names):
        raise InvalidInput(fields={"topics": [_("There is no such topic.")]})
    return found


def _parse_state(text: str) -> str:
    if text not in ("", State.CONFIRMED, State.UNSUBSCRIBED):
        raise InvalidInput(
            fields={"state": [_("Only “confirmed” and “unsubscribed” can be imported.")]}
        )
    return text or State.CONFIRMED


def _parse_page_id(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidInput(fields={"consent_page": [_("Enter the ID of the page.")]})
    return int(text) if text else None


def parse_consent_date(text: str, defaults: RowDefaults) -> datetime.datetime:
    """Return ``text`` as an aware datetime, the default if it is empty. Raises InvalidInput."""
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
        raise InvalidInput(fields={"consent_date": [_("Enter a date such as 2026-03-31.")]})
    if timezone.is_naive(at):
        at = site_time.make_aware(at)
    if at > timezone.now():
        raise InvalidInput(fields={"consent_date": [_("This date is in the future.")]})
    return at
