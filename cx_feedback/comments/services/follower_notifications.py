"""Emails to the followers of a thread: one for each new comment, none that is unwanted."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from cx_feedback.comments.following import notification_mails
from cx_feedback.comments.models import Comment, Follow, State, thread_paths
from cx_feedback.comments.services.following import may_mail, post_opt_in
from cx_feedback.core import signals
from cx_feedback.core.pages.page_access import find_page
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery, hash_address
from cx_feedback.mail.selectors import get_suppressed_addresses

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


@transaction.atomic
def _skip_unfollowed() -> None:
    """Mark comments that nobody follows as notified, with one statement.

    A later run marks those that a decision holds: waiting for them could end in a deadlock.
    """
    followed = Q(thread__in=_get_active_follows().values("thread"))
    wished = Exists(_get_unconfirmed_author_follows().filter(comment=OuterRef("pk")))
    unfollowed = _get_unannounced_comments().order_by().exclude(followed | wished)
    free = unfollowed.select_related(None).select_for_update(skip_locked=True).values("pk")
    Comment.objects.filter(pk__in=free).update(followers_notified=True)


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
        if _is_public(comment) and may_mail(row):
            post_opt_in(row)
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
    told = _get_other_recipients(comment)
    by_address = {
        row.email: row for row in rows if not _is_author(row, comment) and row.email not in told
    }
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


def _get_other_recipients(comment: Comment) -> set[str]:
    """Return the addresses that get a reply of the staff by a mail of another room."""
    if not comment.by_staff or comment.parent_id is None:
        return set()
    asked = {"comment_id": comment.pk}
    return set().union(*signals.collect_answers(signals.reply_recipients_asked, Comment, **asked))


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
    for address in get_suppressed_addresses(by_address):
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
