"""Verification of commenters' addresses by a link in an email and a button on its page."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Comment, ModerationEvent, State
from cx_feedback.comments.services.activity import record_approvals
from cx_feedback.comments.services.counters import StateChange, update_counters
from cx_feedback.comments.services.decisions import lock_comments
from cx_feedback.comments.submission import ban_lookup, page_rules, verification_mail
from cx_feedback.comments.submission.author import Author
from cx_feedback.comments.submission.initial_state import apply_rule, get_author_record
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.throttles import count_request
from cx_feedback.core.pages import site_time
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader


def may_send_verification(email: str, reader: Reader | None, client_hash: str) -> bool:
    """Return whether a verification email may be sent to ``email`` for a comment of ``reader``.

    It may not without a reader, if the address got one today for the comments of another reader, or
    if the network address or the whole site has reached its rate limit.
    """
    if reader is None:
        return False
    today = Delivery.objects.filter(
        mailing=verification_mail.get_mailing(site_time.localdate()),
        recipient_key=verification_mail.get_recipient_key(email),
    )
    if today.exists():
        return _get_waiting_comments(reader.pk, email).exists()
    for scope, key in (("mail", client_hash), ("proof", "site")):
        number, limit = count_request(scope, key)
        if number > limit:
            return False
    return True


def _get_waiting_comments(reader_id: int | None, email: str) -> QuerySet[Comment]:
    return Comment.objects.filter(reader=reader_id, author_email=email, state=State.AWAITING)


def send_verification(comment: Comment) -> bool:
    """Queue the email that verifies the comment's address; False if there was one today.

    It names no reader before the address is verified: it may be somebody else's, and what the
    recipient does with it is nothing that the commenter may read.
    """
    message, values = verification_mail.write_verification_mail(comment)
    return mail.queue_delivery(
        message=message,
        mailing=verification_mail.get_mailing(site_time.localdate()),
        recipient=mail.Recipient(
            key=verification_mail.get_recipient_key(comment.author_email),
            address=comment.author_email,
            variables=values,
        ),
        policy=Delivery.Policy.AT_LEAST_ONCE,
        priority=Delivery.URGENT,
    )


@dataclass(frozen=True)
class VerificationResult:
    """A verified comment and the reader who owns its address.

    ``is_new`` is False if the address had been verified before.
    """

    comment: Comment
    reader: Reader
    is_new: bool = False

    @property
    def published(self) -> bool:
        return self.comment.state == State.PUBLISHED


@transaction.atomic
def verify_email(*, comment_id: int, key: str) -> VerificationResult:
    """Verify all waiting comments that the comment's browser sent with its address.

    ``key`` stands for the address in the link. Can be called twice. Raises InvalidInput naming
    ``link`` if the comment no longer exists.
    """
    comments = lock_comments(_find_comments_to_verify(comment_id))
    first = next((comment for comment in comments if comment.pk == comment_id), None)
    gone = first is None or not verification_mail.is_recipient(key, first.author_email)
    if first is None or gone or first.reader is None:
        raise InvalidInput(fields={"link": [_("This comment no longer exists.")]})
    if first.state != State.AWAITING:
        return VerificationResult(first, first.reader)
    comments = [comment for comment in comments if comment.state == State.AWAITING]
    owner = _get_owner(first.reader, first.author_email)
    Delivery.objects.filter(
        mailing__startswith=verification_mail.MAILING, address=first.author_email
    ).update(reader=owner)
    now = timezone.now()
    changes = [_admit_comment(comment, owner, now) for comment in comments]
    update_counters(changes)
    record_approvals([c.comment for c in changes if c.after == State.PUBLISHED])
    return VerificationResult(next(c for c in comments if c.pk == first.pk), owner, is_new=True)


def _find_comments_to_verify(comment_id: int) -> list[int]:
    """Return the comment and what waits with it: all are locked at once, in one order."""
    rows = Comment.objects.filter(pk=comment_id).values_list("reader_id", "author_email")
    for reader_id, email in rows:
        waiting = _get_waiting_comments(reader_id, email)
        return [comment_id, *waiting.values_list("pk", flat=True)]
    return []


def _get_owner(reader: Reader, email: str) -> Reader:
    """Return the reader who owns the verified address. A reader has one address."""
    if reader.email == email:
        return reader
    if not reader.email:
        return readers.confirm_email(reader=reader, email=email)
    begun = readers.create_reader(language=reader.language)
    owner = readers.confirm_email(reader=begun, email=email)
    if owner != begun:
        begun.delete()
    return owner


def _admit_comment(comment: Comment, owner: Reader, now: datetime.datetime) -> StateChange:
    rules = page_rules.get_rules(comment.thread.page_id, thread=comment.thread)
    record = get_author_record(comment.author_key)
    state = apply_rule(rules, verified=True, record=record, email=comment.author_email)
    if ban_lookup.find_active_ban(
        [comment.author_key], Author(reader=owner, client_hash=comment.client_hash)
    ):
        state = State.SPAM  # Banned since it was written; a shadow ban is not told anyway.
    comment.verified, comment.state, comment.reader = True, state, owner
    comment.published_at = now if state == State.PUBLISHED else None
    comment.save(update_fields=["verified", "state", "reader", "published_at"])
    ModerationEvent.objects.create(
        comment=comment,
        from_state=State.AWAITING,
        to_state=state,
        action="prove",
        revision=comment.revision,
        spam_findings=comment.spam_findings,
        created_at=now,
    )
    return StateChange(comment, State.AWAITING, state)
