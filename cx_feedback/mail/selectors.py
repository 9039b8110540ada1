"""Reads of the ledger."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from cx_feedback.core.naming import admin_url
from cx_feedback.core.timeline import Entry
from cx_feedback.mail.letters import fill
from cx_feedback.mail.mailings import names_of
from cx_feedback.mail.models import Delivery, Suppression

#: Mailings that an editor chooses from and looks at.
MAILINGS = 200


@dataclass
class MailingCount:
    """How many deliveries of a mailing are in which state."""

    mailing: str
    name: str
    by_state: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_state.values())


@dataclass(frozen=True)
class Shown:
    """A delivery's letter as an editor may see it: links of the recipient are masked."""

    subject: str
    text: str
    html: str
    headers: dict[str, str]


def count_by_state() -> dict[str, int]:
    """Return the number of deliveries in each state that occurs."""
    rows = Delivery.objects.order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def newest_mailings() -> list[str]:
    """Return the mailings with the newest deliveries, at most MAILINGS of them."""
    rows = Delivery.objects.order_by().values("mailing").annotate(newest=Max("pk"))
    return list(rows.order_by("-newest").values_list("mailing", flat=True)[:MAILINGS])


def count_by_mailing() -> list[MailingCount]:
    """Return the counts of the newest mailings, the newest first."""
    mailings = newest_mailings()
    names = names_of(mailings)
    counts = {mailing: MailingCount(mailing, names[mailing]) for mailing in mailings}
    rows = Delivery.objects.filter(mailing__in=mailings).order_by()
    for mailing, state, n in rows.values_list("mailing", "state").annotate(n=Count("pk")):
        counts[mailing].by_state[state] = n
    return list(counts.values())


def show(delivery: Delivery) -> Shown:
    """Fill in the letter of ``delivery`` without the links that only its recipient may use."""
    letter = delivery.letter
    values = _Lenient(
        {
            name: "https://…" if name.endswith("_url") else value
            for name, value in delivery.variables.items()
        }
    )
    return Shown(
        subject=fill(letter.subject, values),
        text=fill(letter.text, values),
        html=fill(letter.html, values, html=True),
        headers={name: fill(value, values) for name, value in letter.headers.items()},
    )


def subject_of(delivery: Delivery) -> str:
    """Return the subject as the recipient sees it."""
    return fill(delivery.letter.subject, _Lenient(delivery.variables))


def export(*, email: str, reader_ids: list[int]) -> list[dict[str, Any]]:
    """Return a person's deliveries as plain dictionaries."""
    whose = Q(reader_id__in=reader_ids)
    if email:
        whose |= Q(address=email)
    rows = Delivery.objects.filter(whose).select_related("letter").order_by("pk")
    return [
        {
            "mailing": row.mailing,
            "address": row.address,
            "subject": subject_of(row),
            "state": row.state,
            "posted_at": row.created_at.isoformat(),
            "sent_at": row.sent_at and row.sent_at.isoformat(),
        }
        for row in rows
    ] + [
        {"suppressed": row.address, "reason": row.reason, "since": row.at.isoformat()}
        for row in Suppression.objects.filter(address=email)
        if email
    ]


def timeline(*, reader_id: int, before: datetime.datetime, most: int) -> list[Entry]:
    """Return the newest mails to a reader posted before a moment, with subject and state."""
    rows = Delivery.objects.filter(reader_id=reader_id, created_at__lt=before)
    newest = list(rows.select_related("letter").order_by("-created_at", "-pk")[:most])
    names = names_of({row.mailing for row in newest})
    return [
        Entry(
            at=row.created_at,
            title=_("Mail: %s") % subject_of(row),
            text=f"{names[row.mailing]} · {row.get_state_display()}",
            url=admin_url("cx_deliveries:inspect", row.pk),
            icon="mail",
        )
        for row in newest
    ]


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
