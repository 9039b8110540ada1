"""Issues: testing, scheduling and posting them once to their subscribers at that time."""

import datetime
import uuid
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core.errors import FeedbackError, InvalidInput, get_error_text
from cx_feedback.mail import services as mail
from cx_feedback.mail.messages.rendering import get_required_placeholders
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter.issues.issue_renderer import create_issue_message, store_sent_html
from cx_feedback.newsletter.models import Issue, Subscription
from cx_feedback.newsletter.rendering import placeholders, signed_links
from cx_feedback.newsletter.rendering.mail_renderer import ISSUE_TEST, are_clicks_counted
from cx_feedback.newsletter.rendering.mail_sites import get_site_of_issue
from cx_feedback.newsletter.services.subject_tests import post_subject_test

State = Issue.State
#: Placeholders that are filled in for each subscriber.
SUBSCRIBER_PLACEHOLDERS = {"name", "unsubscribe_url", "preferences_url"}


def get_recipients(issue: Issue) -> QuerySet[Subscription]:
    """Return the confirmed subscriptions that ``issue`` is sent to."""
    rows = Subscription.objects.filter(
        mailing_list=issue.mailing_list, state=Subscription.State.CONFIRMED
    )
    if issue.language:
        rows = rows.filter(
            Q(language=issue.language) | Q(language__startswith=f"{issue.language}-")
        )
    topics = list(issue.topics.values_list("pk", flat=True)) if issue.pk else []
    if topics:
        rows = rows.filter(Q(topics__isnull=True) | Q(topics__in=topics)).distinct()
    return rows.order_by("pk")


def find_problems(issue: Issue) -> list[str]:
    """Return the problems that keep ``issue`` from being sent, as sentences for editors."""
    found = []
    try:
        issue.clean()
        if not len(issue.body):
            found.append(_("It has no content yet."))
        elif issue.other_subject and not are_clicks_counted():
            found.append(
                _("A subject test needs click counting: turn it on in Settings, Newsletters.")
            )
        elif (
            unknown := get_required_placeholders(create_issue_message(issue))
            - SUBSCRIBER_PLACEHOLDERS
        ):
            found.append(placeholders.describe_unknown(min(unknown)))
    except ValidationError as error:
        found += [str(message) for message in error.messages]
    except FeedbackError as error:
        found.append(get_error_text(error))
    except Exception as error:
        # Any part that cannot be rendered is reported before anything is sent.
        found.append(_("This email can't be generated: %s") % error)
    if not get_recipients(issue).exists():
        found.append(_("Nobody would get it: no confirmed subscriber matches."))
    return found


def send_test_issue(*, issue: Issue, address: str) -> None:
    """Post ``issue`` to one address, also repeatedly. Raises InvalidInput."""
    _refuse_problems(
        find_problems(issue), ignored=_("Nobody would get it: no confirmed subscriber matches.")
    )
    mail.queue_delivery(
        message=create_issue_message(
            issue, subject=pgettext("newsletter", "[Test] %s") % issue.subject
        ),
        mailing=f"{ISSUE_TEST}{issue.pk}",
        recipient=mail.Recipient(
            key=uuid.uuid4().hex,
            address=address,
            variables={
                "name": "",
                **dict.fromkeys(signed_links.LINK_PLACEHOLDERS, get_site_of_issue(issue).base_url),
            },
        ),
        priority=Delivery.URGENT,
    )


def _refuse_problems(problems: list[str], *, ignored: str = "") -> None:
    if found := [problem for problem in problems if problem != ignored]:
        raise InvalidInput(fields={"issue": found})


@transaction.atomic
def schedule_issue(*, issue_id: int, at: datetime.datetime | None = None) -> Issue:
    """Schedule an issue for ``at``, an aware datetime, or send it now without one.

    Its recipients are the subscribers at that time. Raises InvalidInput if the issue has problems
    or has been sent already.
    """
    issue = _lock_issue(issue_id)
    _refuse_problems(find_problems(issue))
    issue.state, issue.send_at, issue.problem = State.SCHEDULED, at or timezone.now(), ""
    issue.save()
    return post_issue(issue) if issue.send_at <= timezone.now() else issue


@transaction.atomic
def unschedule_issue(*, issue_id: int) -> Issue:
    """Make a scheduled issue a draft again."""
    issue = _lock_issue(issue_id)
    issue.state, issue.send_at = State.DRAFT, None
    issue.save()
    return issue


def _lock_issue(issue_id: int) -> Issue:
    issue: Issue = Issue.objects.select_for_update().get(pk=issue_id)
    if issue.state == State.POSTED:
        raise InvalidInput(fields={"issue": [_("It has been sent already.")]})
    return issue


def post_issue(issue: Issue) -> Issue:
    """Queue a locked issue for its present recipients, in the caller's transaction."""
    base = get_site_of_issue(issue).base_url
    if issue.other_subject:
        issue.recipients = post_subject_test(issue, lambda: _iterate_recipients(issue, base))
    else:
        issue.recipients = mail.queue_mailing(
            message=create_issue_message(issue),
            mailing=issue.mailing,
            recipients=_iterate_recipients(issue, base),
        )
    store_sent_html(issue)
    issue.state, issue.posted_at = State.POSTED, timezone.now()
    issue.save()
    return issue


def _iterate_recipients(issue: Issue, base: str) -> Iterator[mail.Recipient]:
    rows = get_recipients(issue).values_list(
        "pk", "email", "reader_id", "reader__tier", "language", "name"
    )
    for pk, email, reader_id, tier, language, name in rows.iterator(chunk_size=2000):
        yield mail.Recipient(
            key=str(pk),
            address=email,
            reader_id=reader_id,
            tier=tier or "",
            language="" if issue.language else language,
            variables={"name": name, **signed_links.get_link_variables(pk, base)},
        )


def post_scheduled_issues(*, now: datetime.datetime | None = None) -> int:
    """Post the scheduled issues that are due and return their number.

    An issue with problems becomes a draft again, with the reason. Safe to run twice or
    concurrently.
    """
    due = Issue.objects.filter(state=State.SCHEDULED, send_at__lte=now or timezone.now())
    posted = 0
    for pk in list(due.order_by("send_at").values_list("pk", flat=True)):
        with transaction.atomic():
            issue = due.select_for_update(skip_locked=True).filter(pk=pk).first()
            if issue is None:
                continue
            if problems := find_problems(issue):
                issue.state, issue.problem = State.DRAFT, "\n".join(problems)
                issue.save()
            else:
                post_issue(issue)
                posted += 1
    return posted
