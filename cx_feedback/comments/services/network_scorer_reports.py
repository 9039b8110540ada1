"""Reports to network scorers about decisions that differ from their verdict."""

import datetime
import logging
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from cx_feedback.comments.models import Comment, SpamCheck, SpamReport, State
from cx_feedback.comments.services.counters import StateChange
from cx_feedback.comments.spam import Submission, get_network_scorers
from cx_feedback.core.retention_periods import get_cutoff

logger = logging.getLogger(__name__)

#: Reports per run.
MAX_REPORTS = 200
#: A report is given up after this many tries, about half an hour.
MAX_ATTEMPTS = 6
_FIRST_PAUSE = datetime.timedelta(minutes=1)
#: The delay of a report, in which a moderator may undo the decision.
UNDO_PERIOD = datetime.timedelta(minutes=5)


def create_spam_report(check: SpamCheck, *, scorer_verdict: str) -> None:
    """Store the data for a later report about a comment that was checked."""
    SpamReport.objects.bulk_create(
        [
            SpamReport(
                comment_id=check.comment_id, sealed=check.sealed, scorer_verdict=scorer_verdict
            )
        ],
        ignore_conflicts=True,
    )


def schedule_reports(changes: Iterable[StateChange], now: datetime.datetime) -> None:
    """Schedule reports about decisions in their transaction.

    Makes no query if no scorer accepts reports.
    """
    if not get_network_scorers(Submission(text="", address="-"), reports=True):
        return
    ids_by_verdict: dict[str, list[int]] = {}
    for change in changes:
        ids_by_verdict.setdefault(_get_verdict(change), []).append(change.comment.pk)
    _end_checks([pk for ids in ids_by_verdict.values() for pk in ids])
    for verdict, ids in ids_by_verdict.items():
        rows = SpamReport.objects.filter(comment__in=ids)
        rows.update(
            moderator_verdict=verdict, attempts=0, due_at=now + UNDO_PERIOD if verdict else None
        )


def _get_verdict(change: StateChange) -> str:
    """Return the verdict of a decision, "" for rejected or hidden comments: they may be either."""
    if change.after == State.SPAM:
        return SpamReport.Verdict.SPAM
    return SpamReport.Verdict.GOOD if change.after == State.PUBLISHED else ""


def _end_checks(ids: list[int]) -> None:
    """Replace checks by reports if a moderator decided before the scorers."""
    checks = list(SpamCheck.objects.filter(comment__in=ids))
    for check in checks:
        create_spam_report(check, scorer_verdict="")
    if checks:
        SpamCheck.objects.filter(pk__in=[check.pk for check in checks]).delete()


def send_due_reports(*, now: datetime.datetime | None = None) -> int:
    """Send the due reports and return how many were accepted. Can run concurrently.

    A run ends when a scorer does not respond, since the other reports would wait for it too.
    """
    from cx_feedback.comments.services.network_scorer_checks import build_network_submission

    now = now or timezone.now()
    sent = 0
    due = SpamReport.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    for report in due.select_related("comment__thread")[:MAX_REPORTS]:
        # The run that postpones the row handles it. After a crash it becomes due again.
        mine = SpamReport.objects.filter(pk=report.pk, due_at=report.due_at)
        tried = report.attempts + 1
        again = now + _FIRST_PAUSE * 2**report.attempts
        if not mine.update(attempts=F("attempts") + 1, due_at=again):
            continue
        done = SpamReport.objects.filter(
            pk=report.pk, moderator_verdict=report.moderator_verdict, due_at=again
        )
        if report.moderator_verdict == report.scorer_verdict or not report.comment.text:
            done.update(due_at=None)
            continue
        submission = build_network_submission(report.comment, report.sealed)
        is_spam = report.moderator_verdict == SpamReport.Verdict.SPAM
        try:
            for scorer in get_network_scorers(submission, reports=True):
                scorer.report(submission, is_spam=is_spam)
        except Exception as error:
            logger.warning("No report of comment %s: %s", report.comment_id, error)
            if tried >= MAX_ATTEMPTS:
                done.update(due_at=None)
            break
        done.update(due_at=None)
        SpamReport.objects.filter(pk=report.pk).update(scorer_verdict=report.moderator_verdict)
        sent += 1
    return sent


@transaction.atomic
def delete_old_reports(*, now: datetime.datetime | None = None) -> int:
    """Delete the report data of comments older than COMMENTS_ORIGIN_DAYS."""
    return find_old_reports(now).delete()[0]


def find_old_reports(now: datetime.datetime | None = None) -> QuerySet[SpamReport]:
    """Return the report data that has been kept long enough."""
    old = Comment.objects.filter(created_at__lt=get_cutoff("spam_reports", now=now))
    return SpamReport.objects.filter(comment__in=old)
