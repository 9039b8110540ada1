"""Subject tests: a share of the recipients get two subjects, the others the better one.

All recipients are stored at once, with one row each in one mailing, so nobody gets both.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cx_feedback.core import statistics
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery
from cx_feedback.mail.stats.mailing_stats import count_clicks_by_message
from cx_feedback.newsletter.issues.issue_renderer import create_issue_message
from cx_feedback.newsletter.models import Issue
from cx_feedback.newsletter.rendering.mail_renderer import ISSUE

#: How long due mails are postponed while a winner is overdue.
RETRY_DELAY = datetime.timedelta(minutes=1)
_STEPS = 2**32
#: Sizes of the first and of the largest group of recipients. Each is twice the one before.
FIRST_BATCH, LARGEST_BATCH = 10, 1000


@dataclass(frozen=True)
class SubjectResult:
    """One of the two subjects, with the numbers of mails sent and clicked."""

    subject: str
    sent: int
    clicked: int
    is_winner: bool

    @property
    def rate(self) -> float:
        """The share of the mails that were clicked, from 0 to 1."""
        return self.clicked / self.sent if self.sent else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% confidence interval of the rate."""
        return statistics.wilson_interval(self.clicked, self.sent)


def get_test_group(issue: Issue, key: str) -> str:
    """Return the group of a recipient in the test of ``issue``: "a", "b", or "" for the rest.

    A keyed hash assigns it: at random, the same every time, and not predictable.
    """
    digest = salted_hmac(
        "cx_feedback.newsletter.subject_test", f"{issue.pk}:{key}", algorithm="sha256"
    )
    number = int(digest.hexdigest()[:8], 16)
    if number * 100 >= issue.test_share * _STEPS:
        return ""
    return "ab"[int(digest.hexdigest()[8], 16) % 2]


def post_subject_test(issue: Issue, recipients: Callable[[], Iterable[mail.Recipient]]) -> int:
    """Queue a locked issue for all recipients, those in the test for now; return their number.

    ``recipients`` returns a new iterator over all of them. The caller saves the issue.
    """
    ends_at = timezone.now() + datetime.timedelta(hours=issue.test_hours)
    messages = {
        "a": create_issue_message(issue),
        "b": create_issue_message(issue, subject=issue.other_subject),
    }
    count = 0
    for batch in _cut_into_batches(
        recipient for recipient in recipients() if get_test_group(issue, recipient.key)
    ):
        for part, message in messages.items():
            count += mail.queue_mailing(
                message=message,
                mailing=issue.mailing,
                recipients=[
                    recipient for recipient in batch if get_test_group(issue, recipient.key) == part
                ],
            )
    count += mail.queue_mailing(
        message=messages["a"],
        mailing=issue.mailing,
        recipients=(
            recipient for recipient in recipients() if not get_test_group(issue, recipient.key)
        ),
        due_at=ends_at,
    )
    issue.test_ends_at = ends_at
    issue.test_message_ids = [messages["a"].pk, messages["b"].pk]
    return count


def _cut_into_batches(recipients: Iterator[mail.Recipient]) -> Iterator[list[mail.Recipient]]:
    """Divide the recipients so that both subjects go out side by side, also at a slow rate.

    A subject that is sent first would have more time to be clicked.
    """
    size = FIRST_BATCH
    while batch := list(islice(recipients, size)):
        yield batch
        size = min(2 * size, LARGEST_BATCH)


def get_subject_results(issue: Issue) -> list[SubjectResult]:
    """Return the results of the two subjects of a test, an empty list before it has begun.

    Clicks after the end of the test don't count, so the results always explain the winner.
    """
    if not issue.test_message_ids:
        return []
    counts = count_clicks_by_message(issue.mailing, until=issue.test_ends_at)
    return [
        SubjectResult(subject, *counts.get(message_id, (0, 0)), is_winner=issue.winner == part)
        for part, subject, message_id in zip(
            "ab", (issue.subject, issue.other_subject), issue.test_message_ids, strict=True
        )
    ]


def get_difference_probability(results: list[SubjectResult]) -> float | None:
    """Return the probability, 0 to 1, that equally good subjects differ this much by chance.

    None before both subjects have been sent and clicks have been counted.
    """
    if len(results) < 2 or not all(one.sent for one in results):
        return None
    first, second = results
    if not (first.clicked or second.clicked):
        return None
    return statistics.p_value_of_difference(first.clicked, first.sent, second.clicked, second.sent)


def finish_due_subject_tests(*, now: datetime.datetime | None = None) -> int:
    """Send the rest of the issues whose test has ended with the better subject; return the number.

    The better subject has the higher rate of clicks; if both are equal, it is the first one. Safe
    to run twice or concurrently.
    """
    now = now or timezone.now()
    ended = Issue.objects.filter(test_ends_at__lte=now, winner="")
    count = 0
    for pk in list(ended.order_by("test_ends_at").values_list("pk", flat=True)):
        with transaction.atomic():
            issue = ended.select_for_update(skip_locked=True).filter(pk=pk).first()
            if issue is None:
                continue
            _choose_winner(issue)
            count += 1
    return count


@transaction.atomic
def finish_subject_test(*, issue_id: int) -> None:
    """End the running test of an issue, if any, because an editor sends the rest now."""
    running = Issue.objects.filter(test_ends_at__isnull=False, winner="")
    issue = running.select_for_update().filter(pk=issue_id).first()
    if issue is not None:
        issue.test_ends_at = min(issue.test_ends_at, timezone.now())
        _choose_winner(issue)


def _choose_winner(issue: Issue) -> None:
    assert issue.test_ends_at is not None
    first, second = get_subject_results(issue)
    issue.winner = "b" if second.rate > first.rate else "a"
    issue.save(update_fields=["winner", "test_ends_at"])
    mail.replace_message(
        mailing=issue.mailing,
        message_id=issue.test_message_ids["ab".index(issue.winner)],
        since=issue.test_ends_at,
    )


def get_test_postponements(deliveries: list[Delivery]) -> dict[int, datetime.datetime]:
    """Return new due times, by id, for those of ``deliveries`` that wait for a test's winner.

    Their group tells which those are, and not their due time, which editors can change.
    """
    ids = {
        int(number)
        for each in deliveries
        if each.mailing.startswith(ISSUE) and (number := each.mailing[len(ISSUE) :]).isdigit()
    }
    if not ids:
        return {}
    running = Issue.objects.filter(pk__in=ids, winner="", test_ends_at__isnull=False)
    tested = {issue.mailing: issue for issue in running.only("test_ends_at", "test_share")}
    soon = timezone.now() + RETRY_DELAY
    return {
        each.pk: max(soon, issue.test_ends_at)
        for each in deliveries
        if (issue := tested.get(each.mailing)) and not get_test_group(issue, each.recipient_key)
    }
