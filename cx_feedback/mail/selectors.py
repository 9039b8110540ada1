"""Reads of the ledger."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import pgettext

from cx_feedback.core.rooms.timeline_entries import Entry
from cx_feedback.core.rooms.titles import get_admin_url
from cx_feedback.mail.mailing_kinds import get_mailing_names
from cx_feedback.mail.messages.rendering import fill_template
from cx_feedback.mail.models import (
    Delivery,
    Mailing,
    Suppression,
    map_hashes,
)
from cx_feedback.mail.stats.mailing_stats import count_by_mailing

#: Mailings in the filter and in the list of one-off emails.
MAX_MAILINGS = 200
#: The newest deliveries, among which one-off emails are looked for.
MAX_NEWEST_DELIVERIES = 2000
#: States of deliveries that may not have arrived.
UNDELIVERED_STATES = (Delivery.State.IN_DOUBT, Delivery.State.FAILED)


#: The format of ``Delivery.reference``.
REFERENCE = re.compile(r"(?<![0-9])([1-9][0-9]{0,17})-[0-9a-f]{20}")


def get_by_reference(reference: str) -> Delivery | None:
    """Return the delivery with this ``Delivery.reference``, None if there is none."""
    match = REFERENCE.fullmatch(reference)
    found = Delivery.objects.filter(pk=int(match[1])).first() if match else None
    return found if found and found.has_reference(reference) else None


def is_plausible_reference(reference: str) -> bool:
    """Return whether ``reference`` can be genuine. Its delivery may have been erased."""
    match = REFERENCE.fullmatch(reference)
    if match is None:
        return False
    found = Delivery.objects.filter(pk=int(match[1])).first()
    return found is None or found.has_reference(reference)


def get_suppressed_addresses(addresses: Iterable[str]) -> set[str]:
    """Return the suppressed ones of ``addresses``, with one query."""
    by_digest = map_hashes(addresses)
    found = Suppression.objects.filter(
        Q(digest__in=by_digest.keys()) | Q(address__in=by_digest.values())
    )
    return {
        by_digest.get(digest, address) for digest, address in found.values_list("digest", "address")
    }


@dataclass
class MailingCount:
    """The deliveries of a mailing by state."""

    mailing: str
    name: str
    by_state: Counter[str]

    @property
    def total(self) -> int:
        return self.by_state.total()

    @property
    def undelivered(self) -> int:
        """The deliveries that an editor can send again."""
        return sum(self.by_state[state] for state in UNDELIVERED_STATES)


@dataclass(frozen=True)
class MaskedMessage:
    """A delivery's message as editors see it, with the recipient's links masked."""

    subject: str
    text: str
    html: str
    headers: dict[str, str]


def count_by_state() -> dict[str, int]:
    """Return the number of deliveries by state."""
    rows = Delivery.objects.order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def get_newest_mailings() -> list[str]:
    """Return the newest mailings, followed by those of the newest one-off emails."""
    many = list(Mailing.objects.order_by("-pk").values_list("name", flat=True)[:MAX_MAILINGS])
    return list(dict.fromkeys([*many, *_get_newest_names()]))


def _get_newest_names() -> list[str]:
    """Return the mailings of the newest deliveries, without reading all of the ledger."""
    return list(
        Delivery.objects.order_by("-pk").values_list("mailing", flat=True)[:MAX_NEWEST_DELIVERIES]
    )


def count_one_off_mailings() -> list[MailingCount]:
    """Return the counts of the newest one-off emails by mailing."""
    newest = list(dict.fromkeys(_get_newest_names()))
    many = set(Mailing.objects.filter(name__in=newest).values_list("name", flat=True))
    others = [name for name in newest if name not in many][:MAX_MAILINGS]
    names, counts = get_mailing_names(others), count_by_mailing(others)
    return [MailingCount(name, names[name], counts[name]) for name in others]


def get_masked_message(delivery: Delivery) -> MaskedMessage:
    """Return the message of ``delivery`` without the links that only its recipient may use."""
    message = delivery.message
    values = _PlaceholderDict(
        {
            name: "https://…" if name.endswith("_url") else value
            for name, value in delivery.variables.items()
        }
    )
    return MaskedMessage(
        subject=fill_template(message.subject, values),
        text=fill_template(message.text, values),
        html=fill_template(message.html, values, html=True),
        headers={name: fill_template(value, values) for name, value in message.headers.items()},
    )


def get_subject(delivery: Delivery) -> str:
    """Return the subject as the recipient sees it."""
    return fill_template(delivery.message.subject, _PlaceholderDict(delivery.variables))


def get_timeline_entries(*, reader_id: int, before: datetime.datetime, most: int) -> list[Entry]:
    """Return the newest emails to a reader that were queued before ``before``."""
    rows = Delivery.objects.filter(reader_id=reader_id, created_at__lt=before)
    newest = list(rows.select_related("message").order_by("-created_at", "-pk")[:most])
    names = get_mailing_names({row.mailing for row in newest})
    return [
        Entry(
            at=row.created_at,
            title=pgettext("delivery", "Email: %s") % get_subject(row),
            text=f"{names[row.mailing]} · {row.get_state_display()}",
            url=get_admin_url("cx_deliveries:inspect", row.pk),
            icon="mail",
        )
        for row in newest
    ]


class _PlaceholderDict(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
