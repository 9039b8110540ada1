"""Which rows a run takes, and which of them it may still send: the look right before sending."""

import datetime
from collections.abc import Sequence
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
    hash_address,
)
from cx_feedback.mail.services.rate_limits import RateLimits
from cx_feedback.mail.services.server_state import ServerMonitor

State = Delivery.State
#: What sending reads of a row; moments cost as much as all of these.
_FIELDS = (
    "message", "mailing", "recipient_key", "address", "reader", "variables", "policy", "attempts",
)  # fmt: skip


def claim_deliveries(
    *, token: str, count: int, limits: RateLimits, watch: ServerMonitor
) -> list[Delivery]:
    """Claim up to ``count`` rows that are due, most urgent first, for the run ``token``.

    Of what is full among ``limits`` none, nor of what the server refuses now; what it refused
    before goes last. Rows that another run is claiming are passed over.
    """
    now = timezone.now()
    until = get_lease_end(now)
    locks = connection.features.has_select_for_update
    with transaction.atomic() if locks else nullcontext():
        due = Delivery.objects.due(now)
        if limits.full:
            due = due.exclude(limits.kept_out())
        if refused := watch.kept_out():
            due = due.exclude(refused)
        if suspects := watch.suspects():
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
    # The lease, to the microsecond, tells them from those of the run's other claims.
    mine = Delivery.objects.filter(state=State.CLAIMED, claimed_by=token, lease_until=until)
    found = list(mine.order_by("priority", "due_at", "pk").only(*_FIELDS))
    return sorted(found, key=lambda row: row.pk in suspects) if suspects else found


def get_lease_end(now: datetime.datetime) -> datetime.datetime:
    """Return until when a run may be silent."""
    return now + datetime.timedelta(seconds=conf.get("MAIL_LEASE"))


def get_paused_mailings(deliveries: Sequence[Delivery]) -> set[str]:
    """Return which of their mailings are paused."""
    names = {delivery.mailing for delivery in deliveries}
    found = Mailing.objects.filter(name__in=names, paused_at__isnull=False)
    return set(found.values_list("name", flat=True))


def get_refusals(deliveries: Sequence[Delivery]) -> dict[int, str | datetime.datetime]:
    """Return why a delivery must not go, or before which moment: suppression, other rooms."""
    found: dict[int, str | datetime.datetime] = {**_get_suppression_reasons(deliveries)}
    answers: list[tuple[Any, Any]] = mail_about_to_send.send(Delivery, deliveries=deliveries)
    for _receiver, refused in answers:
        found |= refused or {}
    return found


def _get_suppression_reasons(deliveries: Sequence[Delivery]) -> dict[int, str]:
    digests = {hash_address(delivery.address): delivery.address for delivery in deliveries}
    reasons: dict[str, str] = {}
    for row in Suppression.objects.filter(_match_suppressions(digests)):
        reasons[digests.get(row.digest, row.address)] = row.get_reason_display()
    return {d.pk: reasons[d.address] for d in deliveries if d.address in reasons}


def _match_suppressions(digests: dict[str, str]) -> Q | RawSQL:
    """Return the condition on suppressions of these digests, or of their addresses.

    As arrays where there are such: hundreds of parameters cost more than the look-up.
    """
    if connection.vendor != "postgresql":
        return Q(digest__in=digests.keys()) | Q(address__in=digests.values())
    return RawSQL(
        "digest = ANY(%s) OR address = ANY(%s)",
        [list(digests), list(digests.values())],
        output_field=BooleanField(),
    )
