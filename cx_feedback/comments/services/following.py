"""Following threads by email: double opt-in, one click to stop."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.following import notification_mails
from cx_feedback.comments.models import Comment, Follow, State, Thread
from cx_feedback.comments.submission.author import Actor
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text.email_addresses import clean_address
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery
from cx_feedback.readers.models import Reader

#: The pause before another opt-in email for the same follow, and the most per address and day.
PAUSE, PER_DAY = datetime.timedelta(minutes=5), 4


@transaction.atomic
def request_follow(
    *, page_id: int, email: str, comment_id: int | None = None, actor: Actor, language: str = ""
) -> None:
    """Store a request to follow the thread of a page and queue the opt-in email.

    With ``comment_id``, only replies to that comment are followed. Returns nothing, so that no
    response reveals whether the address is known. Raises InvalidInput naming ``email`` or
    ``comment``.
    """
    email = clean_address(email)
    thread = Thread.objects.get_or_create(page_id=page_id)[0]
    comment = _get_comment(comment_id, thread)
    asked = Follow(
        thread=thread, comment=comment, email=email, reader=actor.reader, user=actor.user
    )
    Follow.objects.bulk_create([asked], ignore_conflicts=True)
    row = Follow.objects.select_for_update().get(thread=thread, comment=comment, email=email)
    if row.confirmed_at and not row.ended_at:
        return
    if not may_mail(row):
        return
    row.language = language[:12]
    row.request_again(timezone.now())
    _set_asker(row, actor)
    row.save()
    post_opt_in(row)


def _set_asker(row: Follow, actor: Actor) -> None:
    """Set the reader and the account of a request. Anybody can type an address.

    One that was confirmed before stays with its reader, except for who has proved the address. If
    two ask before the first confirmation, it is nobody's until the mail tells whose address it is.
    """
    if actor.reader is not None and actor.reader.email == row.email:
        row.reader, row.user = actor.reader, actor.user
    elif not row.earlier_requests and not _is_asker(row, actor):
        row.reader = row.user = None


def _is_asker(row: Follow, actor: Actor) -> bool:
    reader_id, user_id = actor.reader and actor.reader.pk, actor.user and actor.user.pk
    return (row.reader_id, row.user_id) == (reader_id, user_id)


def add_reply_follow(comment: Comment) -> None:
    """Store that the author of a new comment asks for replies by email.

    No mail is sent before the comment is published. Then ``follower_notifications`` posts the mail
    to confirm.
    """
    row = Follow(
        thread_id=comment.thread_id,
        comment=comment,
        email=comment.author_email,
        reader=comment.reader,
        user_id=comment.user_id,
        language=comment.language,
    )
    Follow.objects.bulk_create([row], ignore_conflicts=True)


def _get_comment(comment_id: int | None, thread: Thread) -> Comment | None:
    if comment_id is None:
        return None
    rows = Comment.objects.filter(thread=thread, state__in=[State.PUBLISHED, State.PENDING])
    comment = rows.filter(pk=comment_id).first()
    if comment is None:
        raise InvalidInput(fields={"comment": [_("There is no such comment on this page.")]})
    return comment


def may_mail(row: Follow) -> bool:
    """Return whether the address may get another opt-in email now."""
    now = timezone.now()
    asked = Delivery.objects.filter(
        address=row.email,
        mailing__startswith=notification_mails.OPT_IN,
        created_at__gt=now - datetime.timedelta(days=1),
    )
    times = list(asked.values_list("mailing", "created_at"))
    same = notification_mails.get_opt_in_mailing(row)
    return len(times) < PER_DAY and not any(m == same and at > now - PAUSE for m, at in times)


def post_opt_in(row: Follow) -> None:
    mail.queue_delivery(
        message=notification_mails.write_opt_in_mail(row),
        mailing=notification_mails.get_opt_in_mailing(row),
        recipient=mail.Recipient(
            key=f"{row.asked_at.timestamp():.6f}",
            address=row.email,
            variables=notification_mails.get_mail_variables(row, confirm=True),
        ),
        policy=Delivery.Policy.AT_LEAST_ONCE,
        priority=Delivery.URGENT,
    )


@transaction.atomic
def confirm_follow(*, follow_id: int, asked: float, actor: Actor) -> Follow:
    """Confirm the follow of an opt-in link. Confirming twice changes nothing.

    ``asked`` is the time of the request that the link contains, ``actor`` who pressed the button.
    Raises InvalidInput if the follow has been ended or requested again since.
    """
    row = _lock_follow(follow_id)
    if row is None or row.ended_at or f"{row.asked_at.timestamp():.6f}" != f"{asked:.6f}":
        gone = _("This link is no longer valid. Ask to follow again.")
        raise InvalidInput(fields={"link": [gone]})
    if row.confirmed_at is None:
        row.confirmed_at = timezone.now()
        _set_owner(row, actor)
        row.save(update_fields=["confirmed_at", "reader", "user"])
    return row


def _set_owner(row: Follow, actor: Actor) -> None:
    """Give a confirmed follow to the owner of its address, who may not be the one who asked.

    That is the reader who has proved the address, else who pressed the button of the mail, unless
    their own address is another. One that was confirmed before stays with its reader.
    """
    owner = Reader.objects.filter(email=row.email).select_related("user").first()
    if owner is not None:
        row.reader, row.user = owner, owner.user
    elif _is_asker(row, actor) or (row.earlier_requests and row.reader_id):
        return
    elif actor.reader is not None and actor.reader.email:
        row.reader = row.user = None
    else:
        row.reader, row.user = actor.reader, actor.user


@transaction.atomic
def end_follow(*, follow_id: int) -> Follow | None:
    """End a follow and return it, None if it no longer exists. Can be called twice."""
    row = _lock_follow(follow_id)
    if row is not None and row.ended_at is None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
    return row


def _lock_follow(follow_id: int) -> Follow | None:
    rows = Follow.objects.select_for_update(of=("self",)).select_related("thread__page", "comment")
    return rows.filter(pk=follow_id).first()
