"""Deletion of subscriptions that were never confirmed, with the mails sent to their addresses."""

import datetime

from django.db import transaction
from django.db.models import QuerySet

from cx_feedback.core.retention_periods import get_cutoff
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery, DeliveryQuerySet
from cx_feedback.newsletter.guides.signed_links import GUIDE
from cx_feedback.newsletter.models import Subscription
from cx_feedback.newsletter.rendering import mail_renderer

#: Rows of one transaction.
CHUNK_SIZE = 500


def delete_unconfirmed(*, now: datetime.datetime | None = None) -> int:
    """Delete subscriptions not confirmed in NEWSLETTER_UNCONFIRMED_DAYS and return their number.

    A subscription that had been confirmed before and was requested again is ended once more, with
    the proof of its earlier consent. Mails with a guide are deleted too if their address has no
    subscription. Safe to run twice or concurrently.
    """
    late = find_unconfirmed(now)
    count = 0
    while deleted := _delete_chunk(late):
        count += deleted
    return count + mail.delete_deliveries(find_old_guides(now))


def find_unconfirmed(now: datetime.datetime | None = None) -> QuerySet[Subscription]:
    """Return the subscriptions that were not confirmed in time."""
    limit = get_cutoff("unconfirmed_subscriptions", now=now)
    return Subscription.objects.filter(state=Subscription.State.PENDING, consent_at__lt=limit)


def find_old_guides(now: datetime.datetime | None = None) -> DeliveryQuerySet:
    """Return the mails with a guide to addresses that never subscribed."""
    limit = get_cutoff("unconfirmed_subscriptions", now=now)
    guides = Delivery.objects.filter(mailing__startswith=GUIDE, created_at__lt=limit)
    return guides.exclude(address__in=Subscription.objects.values("email"))


@transaction.atomic
def _delete_chunk(late: QuerySet[Subscription]) -> int:
    rows = list(
        late.select_for_update(skip_locked=True, of=("self",))
        .prefetch_related("earlier_consents")
        .order_by("pk")[:CHUNK_SIZE]
    )
    for row in rows:
        opt_ins = Delivery.objects.filter(
            mailing__startswith=mail_renderer.OPT_IN, recipient_key__startswith=f"{row.pk}:"
        )
        mail.delete_deliveries(opt_ins.filter(address=row.email))
        past = max(row.earlier_consents.all(), key=lambda one: one.pk, default=None)
        if past is None:
            row.delete()
            continue
        row.state = Subscription.State.UNSUBSCRIBED
        row.consent_wording, row.consent_version = past.wording, past.version
        row.consent_at, row.consent_page_id = past.given_at, past.page_id
        row.consent_source, row.language = past.source, past.language
        row.save()
    return len(rows)
