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
from cx_feedback.mail.models import Delivery, DeliveryQuerySet

#: Rows per transaction or statement.
BATCH_SIZE = 500


def delete_unconfirmed_follows(*, now: datetime.datetime | None = None) -> int:
    """Delete follows unconfirmed for COMMENTS_UNCONFIRMED_DAYS and return their number.

    A follow that was confirmed earlier and requested again returns to its earlier, ended state.
    A request made with a comment is kept while the comment waits. Can run concurrently.
    """
    late = find_unconfirmed_follows(now)
    done = 0
    rows = late.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:BATCH_SIZE]
    while part := _delete_batch(rows.all()):
        done += part
    return done


def find_unconfirmed_follows(now: datetime.datetime | None = None) -> QuerySet[Follow]:
    """Return the follows that were not confirmed in time."""
    return Follow.objects.filter(
        confirmed_at__isnull=True, asked_at__lt=get_cutoff("unconfirmed_follows", now=now)
    ).exclude(comment__state__in=[State.PENDING, State.AWAITING])


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


@transaction.atomic
def erase_follows(follows: QuerySet[Follow]) -> int:
    """Delete follows with the emails that they brought to their addresses; return their number.

    The address may be another one than the person's own, so nothing else leads to those emails. A
    request that was never confirmed has brought one that asks, and no news.
    """
    for row in follows.select_for_update():
        own = Delivery.objects.filter(address=row.email)
        if row.confirmed_at is None and not row.earlier_requests:
            mail.delete_deliveries(own.filter(mailing=notification_mails.get_opt_in_mailing(row)))
            continue
        news = own.filter(mailing__startswith=notification_mails.NEWS).values_list("mailing")
        told = [int(name.removeprefix(notification_mails.NEWS)) for (name,) in news]
        here = Comment.objects.filter(pk__in=told, thread=row.thread_id).values_list("pk")
        mailings = [f"{notification_mails.NEWS}{pk}" for (pk,) in here]
        mailings.append(notification_mails.get_opt_in_mailing(row))
        mail.delete_deliveries(own.filter(mailing__in=mailings))
    return follows.delete()[1].get(Follow._meta.label, 0)


def delete_verification_mails(*, before: datetime.datetime) -> int:
    """Delete the verification emails that were not followed and return their number."""
    return mail.delete_deliveries(find_verification_mails(before))


def find_verification_mails(before: datetime.datetime) -> DeliveryQuerySet:
    """Return the verification emails sent ``before`` that were not followed.

    Emails to an address with a verified comment are kept, like all emails to a person.
    """
    asked = Delivery.objects.filter(
        mailing__startswith=verification_mail.MAILING, created_at__lt=before
    )
    verified = Comment.objects.filter(verified=True).exclude(author_email="").values("author_email")
    return asked.exclude(address__in=verified)


def delete_unverified_comments(*, now: datetime.datetime | None = None) -> int:
    """Delete comments that were not verified in time, with their emails; return their number."""
    late = find_unverified_comments(now)
    delete_verification_mails(before=get_cutoff("unverified_comments", now=now))
    return _process_in_batches(late, lambda rows: rows.delete()[1].get(Comment._meta.label, 0))


def find_unverified_comments(now: datetime.datetime | None = None) -> QuerySet[Comment]:
    """Return the comments that were not verified in time."""
    # A little longer than the link is valid, for readers who confirm at the last moment.
    over = get_cutoff("unverified_comments", now=now)
    return Comment.objects.filter(state=State.AWAITING, created_at__lt=over)


def clear_client_hashes(*, now: datetime.datetime | None = None) -> int:
    """Clear the client hashes of comments older than COMMENTS_ORIGIN_DAYS; return their number.

    Idempotency keys that were derived from the sender are cleared too.
    """
    key = Case(When(idempotency_key__startswith=PRESS, then=Value("")), default="idempotency_key")
    return _process_in_batches(
        find_client_hashes(now), lambda rows: rows.update(client_hash="", idempotency_key=key)
    )


def find_client_hashes(now: datetime.datetime | None = None) -> QuerySet[Comment]:
    """Return the comments that have had their client hash long enough."""
    old = Comment.objects.filter(created_at__lt=get_cutoff("client_hashes", now=now))
    return old.exclude(client_hash="")


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
    late = find_refused_comments(now).order_by("pk")
    done = 0
    while part := _delete_refused_batch(late):
        done += part
    return done


def find_refused_comments(now: datetime.datetime | None = None) -> QuerySet[Comment]:
    """Return the refused comments without replies that have been kept long enough."""
    if is_unlimited("refused_comments"):
        return Comment.objects.none()
    cutoff = get_cutoff("refused_comments", now=now)
    return Comment.objects.filter(
        Q(decided_at__lt=cutoff) | Q(decided_at__isnull=True, created_at__lt=cutoff),
        state__in=[State.REJECTED, State.SPAM],
        objected=False,
        answers__isnull=True,
    )


@transaction.atomic
def _delete_refused_batch(late: QuerySet[Comment]) -> int:
    ids = list(late.values_list("pk", flat=True)[:BATCH_SIZE])
    # A moderator may decide anew, or the author object: the condition holds for the locked rows.
    locked = Comment.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        pk__in=ids, state__in=[State.REJECTED, State.SPAM], objected=False
    )
    rows = [row.pk for row in locked.only("pk")]
    count_past_decisions(Comment.objects.filter(pk__in=rows))
    Comment.objects.filter(pk__in=rows).delete()
    return len(rows)
