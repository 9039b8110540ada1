"""Two subjects tried on a share of an issue's recipients; the rest gets what is clicked more.

All recipients are frozen at once, each with one row of one mailing, so nobody gets both.
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
from cx_feedback.newsletter.issues.renderer import create_issue_letter
from cx_feedback.newsletter.models import Issue
from cx_feedback.newsletter.rendering.mail_renderer import ISSUE

#: How long what is due waits for a decision that is late.
RETRY_DELAY = datetime.timedelta(minutes=1)
_STEPS = 2**32
#: So many recipients get one or the other subject before the next do; each turn is twice as long.
FIRST_TURN, LAST_TURN = 10, 1000


@dataclass(frozen=True)
class SubjectResult:
    """One of the two subjects, with how many got it and how many of those clicked."""

    subject: str
    sent: int
    clicked: int
    is_winner: bool

    @property
    def rate(self) -> float:
        return self.clicked / self.sent if self.sent else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the share who click such a subject."""
        return statistics.wilson_interval(self.clicked, self.sent)


def get_test_group(issue: Issue, key: str) -> str:
    """Return who a recipient is in the test of ``issue``: "a", "b", or "" for the rest.

    A keyed hash decides: by chance, the same at every look, and not to be guessed.
    """
    digest = salted_hmac(
        "cx_feedback.newsletter.subject_test", f"{issue.pk}:{key}", algorithm="sha256"
    )
    number = int(digest.hexdigest()[:8], 16)
    if number * 100 >= issue.test_share * _STEPS:
        return ""
    return "ab"[int(digest.hexdigest()[8], 16) % 2]


def post_subject_test(issue: Issue, recipients: Callable[[], Iterable[mail.Recipient]]) -> int:
    """Freeze all recipients of a locked issue, those of the test for now; return how many.

    ``recipients`` iterates over all of them, at every call. The caller saves the issue.
    """
    ends_at = timezone.now() + datetime.timedelta(hours=issue.test_hours)
    letters = {
        "a": create_issue_letter(issue),
        "b": create_issue_letter(issue, subject=issue.other_subject),
    }
    count = 0
    for turn in _cut_into_turns(who for who in recipients() if get_test_group(issue, who.key)):
        for part, letter in letters.items():
            count += mail.queue_mailing(
                letter=letter,
                mailing=issue.mailing,
                recipients=[who for who in turn if get_test_group(issue, who.key) == part],
            )
    count += mail.queue_mailing(
        letter=letters["a"],
        mailing=issue.mailing,
        recipients=(who for who in recipients() if not get_test_group(issue, who.key)),
        due_at=ends_at,
    )
    issue.test_ends_at = ends_at
    issue.test_letters = [letters["a"].pk, letters["b"].pk]
    return count


def _cut_into_turns(people: Iterator[mail.Recipient]) -> Iterator[list[mail.Recipient]]:
    """Cut ``people`` so that both subjects go out side by side, however slowly mails may go.

    A subject that went first would have more hours to be clicked.
    """
    size = FIRST_TURN
    while turn := list(islice(people, size)):
        yield turn
        size = min(2 * size, LAST_TURN)


def get_subject_results(issue: Issue) -> list[SubjectResult]:
    """Return how the two subjects of a test did so far; empty before it began.

    What is clicked after it changes nothing, so that it always shows why which one won.
    """
    if not issue.test_letters:
        return []
    counts = count_clicks_by_message(issue.mailing, until=issue.test_ends_at)
    return [
        SubjectResult(subject, *counts.get(letter, (0, 0)), is_winner=issue.winner == part)
        for part, subject, letter in zip(
            "ab", (issue.subject, issue.other_subject), issue.test_letters, strict=True
        )
    ]


def get_difference_probability(tried: list[SubjectResult]) -> float | None:
    """Return how often equally good subjects differ as much by chance, 0 to 1.

    None where that says nothing: before both went out, and before anybody clicked.
    """
    if len(tried) < 2 or not all(one.sent for one in tried):
        return None
    first, second = tried
    if not (first.clicked or second.clicked):
        return None
    return statistics.p_value_of_difference(first.clicked, first.sent, second.clicked, second.sent)


def finish_due_subject_tests(*, now: datetime.datetime | None = None) -> int:
    """Let the rest of issues whose test has ended go out with the better subject.

    The one with the larger share of clicks; the first when they are equal. Returns how many
    issues that were. May run twice or at once.
    """
    now = now or timezone.now()
    over = Issue.objects.filter(test_ends_at__lte=now, winner="")
    decided = 0
    for pk in list(over.order_by("test_ends_at").values_list("pk", flat=True)):
        with transaction.atomic():
            issue = over.select_for_update(skip_locked=True).filter(pk=pk).first()
            if issue is None:
                continue
            _choose_winner(issue)
            decided += 1
    return decided


@transaction.atomic
def finish_subject_test(*, issue_id: int) -> None:
    """End the test of an issue now, if one runs: an editor lets the rest go out at once."""
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
        letter_id=issue.test_letters["ab".index(issue.winner)],
        since=issue.test_ends_at,
    )


def get_test_postponements(deliveries: list[Delivery]) -> dict[int, datetime.datetime]:
    """Return until when to put off those of ``deliveries`` that wait for a test's decision.

    They are told by who they are, not by when they are due: an editor may have put that earlier.
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
