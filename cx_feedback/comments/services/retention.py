"""Addresses that somebody typed and nobody verified do not stay, nor do the mails to them."""

import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cx_feedback.comments.following import notification_mails
from cx_feedback.comments.models import Comment, Follow, State
from cx_feedback.comments.submission import verification_mail
from cx_feedback.core import conf
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery

#: Rows of one transaction.
BATCH_SIZE = 500


def delete_unconfirmed_follows(*, now: datetime.datetime | None = None) -> int:
    """Delete following that nobody confirmed in COMMENTS_UNCONFIRMED_DAYS; return how many.

    What was confirmed before and asked for again is ended again, with its own moments.
    What was asked for with a comment waits as long as the comment does. May run twice or at once.
    """
    days = datetime.timedelta(days=conf.get("COMMENTS_UNCONFIRMED_DAYS"))
    late = Follow.objects.filter(
        confirmed_at__isnull=True, asked_at__lt=(now or timezone.now()) - days
    ).exclude(comment__state__in=[State.PENDING, State.AWAITING])
    done = 0
    rows = late.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:BATCH_SIZE]
    while part := _delete_batch(rows.all()):
        done += part
    return done


@transaction.atomic
def _delete_batch(late: QuerySet[Follow]) -> int:
    rows = list(late)
    for row in rows:
        asked = Delivery.objects.filter(
            mailing=notification_mails.get_opt_in_mailing(row), address=row.email
        )
        mail.delete_deliveries(asked)
        if row.earlier_requests:
            row.restore_earlier()
            row.save(update_fields=["earlier_requests", "asked_at", "confirmed_at", "ended_at"])
        else:
            Follow.objects.filter(pk=row.pk, confirmed_at__isnull=True).delete()
    return len(rows)


def delete_verification_mails(*, before: datetime.datetime) -> int:
    """Delete the mails that asked for a proof in vain; return how many.

    Those of an address that verified anything stay, as all mails to a person do.
    """
    asked = Delivery.objects.filter(
        mailing__startswith=verification_mail.MAILING, created_at__lt=before
    )
    verified = Comment.objects.filter(verified=True).exclude(author_email="").values("author_email")
    return mail.delete_deliveries(asked.exclude(address__in=verified))
