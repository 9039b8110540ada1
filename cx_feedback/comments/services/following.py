"""Following threads by email: double opt-in, one email per new comment, one click to stop."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.following import notification_mails
from cx_feedback.comments.models import Comment, Follow, State, Thread, thread_paths
from cx_feedback.comments.submission.author import Actor
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.pages.page_access import find_page
from cx_feedback.core.text.email_addresses import clean_address
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery, Suppression, hash_address

#: The pause before another opt-in email for the same follow, and the most per address and day.
PAUSE, PER_DAY = datetime.timedelta(minutes=5), 4
#: Followers are not notified of comments published longer ago, such as restored ones.
NEWS_PERIOD = datetime.timedelta(days=2)
#: Comments per run.
MAX_COMMENTS = 100


@dataclass
class NotificationResult:
    """The result of a run. ``more`` means that it stopped at its limit."""

    comments: int = 0
    mails: int = 0
    more: bool = False


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
    Follow.objects.bulk_create(
        [Follow(thread=thread, comment=comment, email=email)], ignore_conflicts=True
    )
    row = Follow.objects.select_for_update().get(thread=thread, comment=comment, email=email)
    if row.confirmed_at and not row.ended_at:
        return
    if not _may_mail(row):
        return
    row.reader, row.user = actor.reader, actor.user
    row.language = language[:12]
    row.request_again(timezone.now())
    row.save()
    _post_opt_in(row)


def add_reply_follow(comment: Comment) -> None:
    """Store that the author of a new comment asks for replies by email.

    No mail is sent before the comment is published. Then ``notify_followers`` posts the mail to
    confirm.
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


def _may_mail(row: Follow) -> bool:
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


def _post_opt_in(row: Follow) -> None:
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
def confirm_follow(*, follow_id: int, asked: float) -> Follow:
    """Confirm the follow of an opt-in link. Confirming twice changes nothing.

    ``asked`` is the time of the request that the link contains. Raises InvalidInput if the
    follow has been ended or requested again since.
    """
    row = _lock_follow(follow_id)
    if row is None or row.ended_at or f"{row.asked_at.timestamp():.6f}" != f"{asked:.6f}":
        gone = _("This link is no longer valid. Ask to follow again.")
        raise InvalidInput(fields={"link": [gone]})
    if row.confirmed_at is None:
        row.confirmed_at = timezone.now()
        row.save(update_fields=["confirmed_at"])
    return row


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


def notify_followers(*, limit: int = MAX_COMMENTS) -> NotificationResult:
    """Queue one email to each follower for each newly published comment.

    An author who asked for replies gets the opt-in email. Runs can be concurrent: each locks the
    comments that it handles, and the deliveries ledger holds one email per comment and follower.
    """
    result = NotificationResult()
    _skip_unfollowed()
    while result.comments < limit:
        with transaction.atomic():
            comment = (
                _get_unannounced_comments()
                .select_for_update(skip_locked=True, of=("self",))
                .first()
            )
            if comment is None:
                return result
            result.comments += 1
            result.mails += _notify_of_comment(comment) + _post_author_opt_in(comment)
            Comment.objects.filter(pk=comment.pk).update(followers_notified=True)
    result.more = True
    return result


def _get_unannounced_comments() -> QuerySet[Comment]:
    """Return the published comments without notifications, oldest first, by their index."""
    rows = Comment.objects.filter(followers_notified=False, state=State.PUBLISHED, source="")
    recent = rows.filter(published_at__gt=timezone.now() - NEWS_PERIOD)
    return recent.select_related("thread__page").order_by("published_at", "pk")


def _skip_unfollowed() -> None:
    """Mark comments that nobody follows as notified, with one statement."""
    followed = Q(thread__in=_get_active_follows().values("thread"))
    wished = Exists(_get_unconfirmed_author_follows().filter(comment=OuterRef("pk")))
    _get_unannounced_comments().order_by().exclude(followed | wished).update(
        followers_notified=True
    )


def _get_unconfirmed_author_follows() -> QuerySet[Follow]:
    """Return the unconfirmed requests that authors made with their comments."""
    rows = Follow.objects.filter(confirmed_at__isnull=True, ended_at__isnull=True)
    return rows.filter(email=F("comment__author_email"))


def _post_author_opt_in(comment: Comment) -> int:
    """Queue the opt-in email for an author who asked for replies; return the number of emails."""
    rows = (
        _get_unconfirmed_author_follows()
        .select_for_update(of=("self",))
        .select_related("thread__page", "comment")
    )
    asked = 0
    for row in rows.filter(comment=comment):
        if _is_public(comment) and _may_mail(row):
            _post_opt_in(row)
            asked += 1
    return asked


def _get_active_follows() -> QuerySet[Follow]:
    return Follow.objects.filter(confirmed_at__isnull=False, ended_at__isnull=True)


def _notify_of_comment(comment: Comment) -> int:
    if not _is_public(comment):
        return 0  # followers may no longer read the page
    whole = Q(thread=comment.thread_id, comment__isnull=True)
    answered = Q(comment__path__in=thread_paths.paths_above(comment.path))
    rows = _get_active_follows().filter(whole | answered).order_by("pk")
    by_address = {row.email: row for row in rows if not _is_author(row, comment)}
    _end_suppressed(by_address)
    mails = 0
    for language in sorted({row.language for row in by_address.values()}):
        recipients = [
            mail.Recipient(
                # By address: a follower of both the page and the comment gets one email.
                key=hash_address(row.email)[:40],
                address=row.email,
                reader_id=row.reader_id,
                variables=notification_mails.get_mail_variables(row),
            )
            for row in by_address.values()
            if row.language == language
        ]
        mails += mail.queue_mailing(
            message=notification_mails.write_new_comment_mail(comment, language),
            mailing=f"{notification_mails.NEWS}{comment.pk}",
            recipients=recipients,
            priority=Delivery.USUAL,
        )
    return mails


def _is_public(comment: Comment) -> bool:
    return find_page(comment.thread.page_id) is not None


def _is_author(row: Follow, comment: Comment) -> bool:
    return (
        row.email == comment.author_email
        or (row.reader_id is not None and row.reader_id == comment.reader_id)
        or (row.user_id is not None and row.user_id == comment.user_id)
    )


def _end_suppressed(by_address: dict[str, Follow]) -> None:
    """End the follows of suppressed addresses."""
    digests = {hash_address(address): address for address in by_address}
    for digest in Suppression.objects.filter(digest__in=digests).values_list("digest", flat=True):
        address = digests[digest]
        _get_active_follows().filter(email=address).update(ended_at=timezone.now())
        del by_address[address]


def find_unwanted_deliveries(deliveries: Iterable[Delivery]) -> dict[int, str]:
    """Return the reasons not to send deliveries: an ended follow, a comment or page not public."""
    kinds = (notification_mails.NEWS, notification_mails.OPT_IN)
    ours = {d.pk: d for d in deliveries if d.mailing.startswith(kinds)}
    if not ours:
        return {}
    news = {pk: d for pk, d in ours.items() if d.mailing.startswith(notification_mails.NEWS)}
    comments = {int(d.mailing.removeprefix(notification_mails.NEWS)) for d in news.values()}
    follow_ids = {d.variables.get("follow") for d in ours.values()}
    pages = dict(Follow.objects.filter(pk__in=follow_ids).values_list("pk", "thread__page"))
    active = set(_get_active_follows().filter(pk__in=follow_ids).values_list("pk", flat=True))
    published = set(
        Comment.objects.published().filter(pk__in=comments).values_list("pk", flat=True)
    )
    public = {page for page in set(pages.values()) if find_page(page)}
    refused = {}
    for pk, delivery in ours.items():
        follow = delivery.variables.get("follow")
        if pk in news and follow not in active:
            refused[pk] = "Follows no more"
        elif (
            pk in news
            and int(delivery.mailing.removeprefix(notification_mails.NEWS)) not in published
        ):
            refused[pk] = "The comment is not public any more"
        elif pages.get(follow) not in public:
            refused[pk] = "The page is not public any more"
    return refused
