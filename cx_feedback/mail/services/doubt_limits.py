"""A limit to the deliveries of one mailing that may be in doubt, whatever number of runs send it.

Each run that has claimed deliveries of a mailing may leave a batch of them in doubt if it dies. A
run only takes part if this still fits in, and its batches are smaller if less is left. Once so
many are in doubt, the mailing is paused until an editor resumes it.
"""

import datetime
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cx_feedback.core import conf
from cx_feedback.mail.models import Delivery, Mailing
from cx_feedback.mail.services.mailing_actions import pause_mailing

State = Delivery.State
#: The time after which a doubt no longer counts, for mailings that go on for years.
DOUBT_PERIOD = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Allotment:
    """The share of a claim that a run may send."""

    #: The largest number that it may mark as being sent at once.
    batch_size: int
    #: The mailings that other runs send already, as many as may.
    crowded: frozenset[str] = frozenset()


def build_token(name: str, commit_size: int) -> str:
    """Return the token of a run, which tells others how many deliveries it marks at once."""
    return f"{name}-{commit_size}"


@transaction.atomic
def allot_batch(*, token: str, commit_size: int, deliveries: Sequence[Delivery]) -> Allotment:
    """Return what the run ``token`` may send at once of the ``deliveries`` that it has claimed.

    Those of crowded mailings are released, and mailings with too many doubts are paused.
    """
    names = {delivery.mailing for delivery in deliveries}
    # Runs that claim at the same time are counted one after the other.
    rows = Mailing.objects.select_for_update().filter(name__in=names).order_by("pk")
    mailings = {row.name: row for row in rows}
    if not mailings:
        return Allotment(commit_size)
    doubts = _count_doubts(mailings.values())
    others = _sum_batches(mailings, token)
    limit = conf.get("MAIL_MAX_IN_DOUBT")
    free = {name: limit - doubts[name] - others[name] for name in mailings}
    crowded = {name for name in mailings if free[name] < 1}
    for name in sorted(crowded):
        if doubts[name] >= limit:
            pause_mailing(mailing=name)
    Delivery.objects.filter(claimed_by=token, state=State.CLAIMED, mailing__in=crowded).update(
        state=State.PENDING, claimed_by="", lease_until=None
    )
    left = [free[name] for name in mailings.keys() - crowded]
    return Allotment(min([commit_size, *left]), frozenset(crowded))


def is_limit_reached(mailing: Mailing) -> bool:
    """Return whether so many deliveries are in doubt that no more may be sent."""
    return bool(_count_doubts([mailing])[mailing.name] >= conf.get("MAIL_MAX_IN_DOUBT"))


def _count_doubts(mailings: Collection[Mailing]) -> Counter[str]:
    """Return the recent doubts by mailing. An editor who resumes one accepts those until then."""
    since = timezone.now() - DOUBT_PERIOD
    begins = {row.name: max(since, row.resumed_at or since) for row in mailings}
    rows = Delivery.objects.filter(
        mailing__in=begins, state=State.IN_DOUBT, due_at__gte=min(begins.values())
    )
    found = rows.values_list("mailing", "due_at")
    return Counter(name for name, tried_at in found if tried_at >= begins[name])


def _sum_batches(names: Collection[str], token: str) -> Counter[str]:
    """Return by mailing how many deliveries the other runs may leave in doubt."""
    runs = (
        Delivery.objects.filter(mailing__in=names, state__in=[State.CLAIMED, State.SENDING])
        .exclude(claimed_by=token)
        .order_by()
        .values_list("mailing", "claimed_by")
        .distinct()
    )
    found: Counter[str] = Counter()
    for name, other in runs:
        size = other.rpartition("-")[2]
        found[name] += int(size) if size.isdecimal() else conf.get("MAIL_COMMIT_SIZE")
    return found
