"""Comments that wait for network scorers, which a task asks before the page's rule decides."""

import datetime
import json
import logging
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cx_feedback.comments.models import Comment, ModerationEvent, SpamCheck, SpamReport, State
from cx_feedback.comments.services import email_verification
from cx_feedback.comments.services.activity import record_approvals
from cx_feedback.comments.services.counters import StateChange, update_counters
from cx_feedback.comments.services.decisions import lock_comments
from cx_feedback.comments.services.network_scorer_reports import create_spam_report
from cx_feedback.comments.spam import (
    SpamFinding,
    Submission,
    get_network_scorers,
    score_by_network,
    sum_points,
)
from cx_feedback.comments.submission import ban_lookup, initial_state, page_rules
from cx_feedback.comments.submission.author import Author
from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.core.text.encryption import seal_text, unseal_text

logger = logging.getLogger(__name__)

#: Comments per run.
MAX_COMMENTS = 200
#: After this many tries, about half an hour, a comment is left to a moderator.
MAX_ATTEMPTS = 6
_FIRST_PAUSE = datetime.timedelta(minutes=1)


def create_spam_check(
    comment: Comment, *, author: Author, initial: initial_state.InitialState
) -> None:
    """Schedule the check of ``comment`` in the transaction that stores it."""
    SpamCheck.objects.create(
        comment=comment,
        is_held=initial.is_held,
        is_solved=bool(initial.challenge),
        holding_points=sum_points(finding for finding in initial.findings if finding.only_holds),
        sealed=seal_text(json.dumps([author.address, author.agent])),
    )
    nudge("cx_feedback.comments.run_spam_checks")


def adapt_spam_check(comment: Comment, edited: initial_state.InitialState) -> None:
    """Let the check of ``comment`` that waits, if any, be about the text that was just edited.

    What held the earlier text keeps holding; a proof of work was solved for that text only.
    """
    checks = SpamCheck.objects.filter(comment=comment)
    held = {"is_held": True} if edited.is_held else {}
    points = sum_points(finding for finding in edited.findings if finding.only_holds)
    checks.update(is_solved=False, holding_points=points, **held)


def is_being_checked(comment: Comment) -> bool:
    """Return whether ``comment``, which was just stored, still waits for its check.

    Reloads its state, since a task may have run at the commit.
    """
    comment.refresh_from_db(fields=["state", "published_at", "spam_findings", "spam_score"])
    waits = comment.state == State.PENDING
    return waits and SpamCheck.objects.filter(comment=comment).exists()


def get_ids_being_checked(comments: Iterable[Comment]) -> set[int]:
    """Return the IDs of the ``comments`` that still wait for their check.

    Makes no query if the site has no network scorer.
    """
    waiting = [
        comment.pk
        for comment in comments
        if comment.state == State.PENDING
        and get_network_scorers(Submission(text=comment.text, address="-"))
    ]
    if not waiting:
        return set()
    checks = SpamCheck.objects.filter(comment__in=waiting)
    return set(checks.values_list("comment_id", flat=True))


def run_due_checks(*, now: datetime.datetime | None = None) -> int:
    """Check the due comments and return how many were decided. Can run concurrently.

    A run ends when a scorer does not respond, since the other comments would wait for it too.
    """
    now = now or timezone.now()
    decided = 0
    due = SpamCheck.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    for check in due.select_related("comment__thread")[:MAX_COMMENTS]:
        # The run that postpones the row handles it. After a crash it becomes due again.
        pause = _FIRST_PAUSE * 2**check.attempts
        mine = SpamCheck.objects.filter(pk=check.pk, due_at=check.due_at)
        if not mine.update(due_at=now + pause, attempts=F("attempts") + 1):
            continue
        try:
            found = score_by_network(build_network_submission(check.comment, check.sealed))
        except Exception as error:
            logger.warning("No answer about comment %s: %s", check.comment_id, error)
            if check.attempts + 1 >= MAX_ATTEMPTS:
                _apply_check(check, [_build_unanswered_finding(check)])
            break
        decided += _apply_check(check, found)
    return decided


def build_network_submission(comment: Comment, sealed: str) -> Submission:
    """Return ``comment`` as the input of network scorers."""
    address, agent = json.loads(unseal_text(sealed) or '["", ""]')
    return Submission(
        text=comment.text,
        name=comment.author_name,
        email=comment.author_email,
        page_id=comment.thread.page_id,
        parent_id=comment.parent_id,
        language=comment.language,
        verified=comment.verified,
        address=address,
        agent=agent,
    )


def _build_unanswered_finding(check: SpamCheck) -> SpamFinding:
    """Return the finding that tells moderators that no scorer responded."""
    name = next(
        (
            s.name
            for s in get_network_scorers(build_network_submission(check.comment, check.sealed))
        ),
        "akismet",
    )
    return SpamFinding(name, 0.0, {"unanswered": True}, hold=True)


@transaction.atomic
def _apply_check(check: SpamCheck, found: list[SpamFinding]) -> bool:
    """Apply the points and the page's rule, unless a moderator has already decided."""
    comment = next(iter(lock_comments([check.comment_id])), None)
    if comment is not None and comment.revision != check.comment.revision:
        return False  # Edited meanwhile: the new text is checked next time.
    deleted, _rows = SpamCheck.objects.filter(pk=check.pk).delete()
    if comment is None or not deleted or comment.state != State.PENDING or comment.decided_at:
        return False
    if get_network_scorers(build_network_submission(check.comment, check.sealed), reports=True):
        create_spam_report(check, scorer_verdict=_get_verdict(found))
    comment.spam_findings = [*comment.spam_findings, *(finding.as_dict() for finding in found)]
    comment.spam_score = round((comment.spam_score or 0) + sum_points(found), 2)
    state = _get_state(check, comment, found)
    now = timezone.now()
    comment.state = state
    comment.published_at = now if state == State.PUBLISHED else None
    comment.save(
        update_fields=["spam_findings", "spam_score", "state", "published_at", "suspected"]
    )
    if state == State.AWAITING:
        email_verification.send_verification(comment)
    if state in (State.PUBLISHED, State.SPAM):
        ModerationEvent.objects.create(
            comment=comment,
            from_state=State.PENDING,
            to_state=state,
            action="admit",
            revision=comment.revision,
            spam_findings=comment.spam_findings,
            created_at=now,
        )
    if state == State.PUBLISHED:
        update_counters([StateChange(comment, State.PENDING, state)])
        record_approvals([comment])
    return True


def _get_verdict(found: list[SpamFinding]) -> str:
    """Return the verdict of the scorers, "" if none responded."""
    if any(finding.detail.get("unanswered") for finding in found):
        return ""
    return SpamReport.Verdict.SPAM if sum_points(found) > 0 else SpamReport.Verdict.GOOD


def _get_state(check: SpamCheck, comment: Comment, found: list[SpamFinding]) -> State:
    """Return the state that follows from the points and the rule as they are now."""
    author = Author(reader=comment.reader, client_hash=comment.client_hash)
    if ban_lookup.find_active_ban([comment.author_key], author):
        return State.SPAM  # Banned since it was written.
    before = (comment.spam_score or 0) - sum_points(found) - check.holding_points
    findings = [
        SpamFinding("before", before),
        SpamFinding("before", check.holding_points, only_holds=True),
        *found,
    ]
    rules = page_rules.get_rules(comment.thread.page_id, thread=comment.thread)
    comment.suspected = initial_state.is_suspected(findings)
    by_score = initial_state.apply_score(findings, rules.spam_promise)
    if by_score is not None or check.is_held:
        return by_score or State.PENDING
    doubtful = initial_state.is_doubtful(comment.spam_score or 0)
    if doubtful and not check.is_solved:
        return State.PENDING
    record = (
        initial_state.get_author_record(comment.author_key)
        if comment.verified
        else initial_state.AuthorRecord()
    )
    email = comment.author_email
    state = initial_state.apply_rule(rules, verified=comment.verified, record=record, email=email)
    if state == State.AWAITING:
        # No email is sent for a comment that may be spam.
        may_ask = not doubtful and email_verification.may_send_verification(
            email, comment.reader, comment.client_hash
        )
        return state if may_ask else State.PENDING
    return state
