"""Deletion of what is kept for a time.

Unconfirmed follows, unverified and refused comments, keyed hashes of network addresses.
"""

import datetime
from collections.abc import Callable

from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When

from cx_feedback.comments.following import notification_mails
from cx_feedback.comments.models import Comment, Follow, State
from cx_feedback.comments.services.past_decisions import count_past_decisions
from cx_feedback.comments.submission import verification_mail
from cx_feedback.core.http.idempotency_keys import PRESS
from cx_feedback.core.retention_periods import get_cutoff, is_unlimited
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery

#: Rows per transaction or statement.
BATCH_SIZE = 500


def delete_unconfirmed_follows(*, now: datetime.datetime | None = None) -> int:
    """Delete follows unconfirmed for COMMENTS_UNCONFIRMED_DAYS and return their number.

    A follow that was confirmed earlier and requested again returns to its earlier, ended state.
    A request made with a comment is kept while the comment waits. Can run concurrently.
    """
    late = Follow.objects.filter(
        confirmed_at__isnull=True, asked_at__lt=get_cutoff("unconfirmed_follows", now=now)
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
    """Delete the verification emails that were not followed and return their number.

    Emails to an address with a verified comment are kept, like all emails to a person.
    """
    asked = Delivery.objects.filter(
        mailing__startswith=verification_mail.MAILING, created_at__lt=before
    )
    verified = Comment.objects.filter(verified=True).exclude(author_email="").values("author_email")
    return mail.delete_deliveries(asked.exclude(address__in=verified))


def delete_unverified_comments(*, now: datetime.datetime | None = None) -> int:
    """Delete comments that were not verified in time, with their emails; return their number."""
    # A little longer than the link is valid, for readers who confirm at the last moment.
    over = get_cutoff("unverified_comments", now=now)
    late = Comment.objects.filter(state=State.AWAITING, created_at__lt=over)
    delete_verification_mails(before=over)
    return _process_in_batches(late, lambda rows: rows.delete()[1].get(Comment._meta.label, 0))


def clear_client_hashes(*, now: datetime.datetime | None = None) -> int:
    """Clear the client hashes of comments older than COMMENTS_ORIGIN_DAYS; return their number.

    Idempotency keys that were derived from the sender are cleared too.
    """
    old = Comment.objects.filter(created_at__lt=get_cutoff("client_hashes", now=now))
    key = Case(When(idempotency_key__startswith=PRESS, then=Value("")), default="idempotency_key")
    return _process_in_batches(
        old.exclude(client_hash=""), lambda rows: rows.update(client_hash="", idempotency_key=key)
    )


def _process_in_batches(rows: QuerySet[Comment], do: Callable[[QuerySet[Comment]], int]) -> int:
    done = 0
    while ids := list(rows.order_by().values_list("pk", flat=True)[:BATCH_SIZE]):
        # The condition is checked again, because one may have been verified meanwhile.
        changed = do(rows.filter(pk__in=ids))
        done += changed
        if not changed:
            break
    return done


def delete_refused_comments(*, now: datetime.datetime | None = None) -> int:
    """Delete rejected comments and spam after COMMENTS_REFUSED_DAYS; return their number.

    A comment with replies is kept, because they would go with it. Can run concurrently.
    """
    if is_unlimited("refused_comments"):
        return 0
    cutoff = get_cutoff("refused_comments", now=now)
    late = Comment.objects.filter(
        Q(decided_at__lt=cutoff) | Q(decided_at__isnull=True, created_at__lt=cutoff),
        state__in=[State.REJECTED, State.SPAM],
        objected=False,
    )
    late = late.filter(answers__isnull=True).order_by("pk")
    done = 0
    while part := _delete_refused_batch(late):
        done += part
    return done


@transaction.atomic
def _delete_refused_batch(late: QuerySet[Comment]) -> int:
    ids = list(late.values_list("pk", flat=True)[:BATCH_SIZE])
    # A moderator may decide anew meanwhile: the condition holds for the locked rows.
    locked = Comment.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        pk__in=ids, state__in=[State.REJECTED, State.SPAM]
    )
    rows = [row.pk for row in locked.only("pk")]
    count_past_decisions(Comment.objects.filter(pk__in=rows))
    Comment.objects.filter(pk__in=rows).delete()
    return len(rows)
