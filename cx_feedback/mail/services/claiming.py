"""Claiming deliveries, and checking right before sending whether they may be sent."""

import datetime
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.expressions import RawSQL
from django.utils import timezone

from cx_feedback.core import conf
from cx_feedback.core.signals import mail_about_to_send
from cx_feedback.mail.models import (
    Delivery,
    Mailing,
    Suppression,
    map_hashes,
)
from cx_feedback.mail.services.rate_limits import RateLimits
from cx_feedback.mail.services.server_state import ServerMonitor

State = Delivery.State
#: The fields that sending needs. Loading the dates would take as long as all of these.
_FIELDS = (
    "message", "mailing", "recipient_key", "address", "reader", "variables", "policy", "attempts",
)  # fmt: skip


def claim_deliveries(
    *,
    token: str,
    count: int,
    limits: RateLimits,
    monitor: ServerMonitor,
    crowded: Collection[str] = (),
) -> list[Delivery]:
    """Claim up to ``count`` due deliveries for the run ``token``, most urgent first.

    Deliveries of ``crowded`` mailings, those whose limit is exhausted and those which the server
    refuses now are excluded. Those that
    it refused before come last. Rows that another run is claiming are skipped.
    """
    now = timezone.now()
    until = get_lease_end(now)
    locks = connection.features.has_select_for_update
    with transaction.atomic() if locks else nullcontext():
        due = Delivery.objects.due(now)
        if crowded:
            due = due.exclude(mailing__in=crowded)
        if limits.exhausted:
            due = due.exclude(limits.get_exclusion())
        if refused := monitor.get_exclusion():
            due = due.exclude(refused)
        if suspects := monitor.get_suspects():
            last = Case(When(pk__in=suspects, then=Value(1)), default=Value(0))
            due = due.order_by(last, *due.query.order_by)
        if locks:
            due = due.select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:count])
        if not ids:
            return []
        Delivery.objects.filter(pk__in=ids, state=State.PENDING).update(
            state=State.CLAIMED, claimed_by=token, lease_until=until
        )
    # The end of the lease, to the microsecond, is unique among the claims of the run.
    mine = Delivery.objects.filter(state=State.CLAIMED, claimed_by=token, lease_until=until)
    found = list(mine.order_by("priority", "due_at", "pk").only(*_FIELDS))
    return sorted(found, key=lambda row: row.pk in suspects) if suspects else found


def get_lease_end(now: datetime.datetime) -> datetime.datetime:
    """Return the end of a lease that begins at ``now``."""
    return now + datetime.timedelta(seconds=conf.get("MAIL_LEASE"))


def get_paused_mailings(deliveries: Sequence[Delivery]) -> set[str]:
    """Return the names of the paused mailings of ``deliveries``."""
    names = {delivery.mailing for delivery in deliveries}
    found = Mailing.objects.filter(name__in=names, paused_at__isnull=False)
    return set(found.values_list("name", flat=True))


def get_refusals(deliveries: Sequence[Delivery]) -> dict[int, str | datetime.datetime]:
    """Return by ID the reason for which a delivery must not be sent, or the earliest time.

    Checks the suppressed addresses and asks the receivers of ``mail_about_to_send``.
    """
    found: dict[int, str | datetime.datetime] = {**_get_suppression_reasons(deliveries)}
    answers: list[tuple[Any, Any]] = mail_about_to_send.send(Delivery, deliveries=deliveries)
    for _receiver, refused in answers:
        found |= refused or {}
    return found


def _get_suppression_reasons(deliveries: Sequence[Delivery]) -> dict[int, str]:
    digests = map_hashes(delivery.address for delivery in deliveries)
    reasons: dict[str, str] = {}
    for row in Suppression.objects.filter(_match_suppressions(digests)):
        reasons[digests.get(row.digest, row.address)] = row.get_reason_display()
    return {d.pk: reasons[d.address] for d in deliveries if d.address in reasons}


def _match_suppressions(digests: dict[str, str]) -> Q | RawSQL:
    """Return the condition for suppressions of these digests or addresses.

    Uses arrays on PostgreSQL, since hundreds of parameters cost more than the query.
    """
    if connection.vendor != "postgresql":
        return Q(digest__in=digests.keys()) | Q(address__in=digests.values())
    return RawSQL(
        "digest = ANY(%s) OR address = ANY(%s)",
        [list(digests), list(digests.values())],
        output_field=BooleanField(),
    )
