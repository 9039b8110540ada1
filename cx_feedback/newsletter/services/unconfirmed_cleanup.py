"""Deletion of subscriptions that were never confirmed, with the mails sent to their addresses."""

import datetime

from django.db import transaction
from django.db.models import QuerySet

from cx_feedback.core.retention_periods import get_cutoff
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter.guides.links import GUIDE
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
    limit = get_cutoff("unconfirmed_subscriptions", now=now)
    late = Subscription.objects.filter(state=Subscription.State.PENDING, consent_at__lt=limit)
    count = 0
    while deleted := _delete_chunk(late):
        count += deleted
    subscribed = Subscription.objects.values("email")
    guides = Delivery.objects.filter(mailing__startswith=GUIDE, created_at__lt=limit)
    return count + mail.delete_deliveries(guides.exclude(address__in=subscribed))


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
