"""Comments that wait for scorers behind a network: asked by a task, decided by the page's rule."""

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
from cx_feedback.comments.services.spam_reports import create_spam_report
from cx_feedback.comments.spam import (
    SpamFinding,
    Submission,
    get_network_scorers,
    score_by_network,
    sum_points,
)
from cx_feedback.comments.submission import ban_lookup, initial_state, policies
from cx_feedback.comments.submission.author import Author
from cx_feedback.core.tasks import nudge
from cx_feedback.core.text.sealing import seal_text, unseal_text

logger = logging.getLogger(__name__)

#: Comments of one run.
MAX_COMMENTS = 200
#: After so many tries, over about half an hour, a comment is left to a moderator.
MAX_ATTEMPTS = 6
_FIRST_PAUSE = datetime.timedelta(minutes=1)


def create_spam_check(
    comment: Comment, *, author: Author, admitted: initial_state.InitialState
) -> None:
    """Note, in the transaction that stores ``comment``, that a task has to ask about it."""
    SpamCheck.objects.create(
        comment=comment,
        is_held=admitted.is_held,
        is_solved=bool(admitted.challenge),
        holding_points=sum_points(finding for finding in admitted.findings if finding.only_holds),
        sealed=seal_text(json.dumps([author.address, author.agent])),
    )
    nudge("cx_feedback.comments.run_spam_checks")


def is_being_checked(comment: Comment) -> bool:
    """Return whether ``comment``, just stored, still waits for its check; reads its state anew.

    Where tasks run with the commit it was decided meanwhile.
    """
    comment.refresh_from_db(fields=["state", "published_at", "spam_findings", "spam_score"])
    waits = comment.state == State.PENDING
    return waits and SpamCheck.objects.filter(comment=comment).exists()


def get_ids_being_checked(comments: Iterable[Comment]) -> set[int]:
    """Return the ids of those ``comments`` that still wait for their check.

    No query where no scorer asks a network.
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
    """Ask about the comments whose time has come; return how many were decided.

    Any number of runs at once. One that gets no answer ends: the others would wait for the same.
    """
    now = now or timezone.now()
    decided = 0
    due = SpamCheck.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    for check in due.select_related("comment__thread")[:MAX_COMMENTS]:
        # Who moves the moment on has it; after a crash it is due again.
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
    """Return ``comment`` as it was shown to the scorers that ask a network."""
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
    """Return what tells moderators that nobody answered: they have to look themselves."""
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
    """Do what the points and the page's rule say, unless somebody was quicker."""
    comment = next(iter(lock_comments([check.comment_id])), None)
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
    comment.save(update_fields=["spam_findings", "spam_score", "state", "published_at"])
    if state == State.AWAITING:
        email_verification.send_verification(comment)
    if state in (State.PUBLISHED, State.SPAM):
        ModerationEvent.objects.create(
            comment=comment,
            from_state=State.PENDING,
            to_state=state,
            action="admit",
            spam_findings=comment.spam_findings,
            created_at=now,
        )
    if state == State.PUBLISHED:
        update_counters([StateChange(comment, State.PENDING, state)])
        record_approvals([comment])
    return True


def _get_verdict(found: list[SpamFinding]) -> str:
    """Return what the scorers believe; "" where nobody answered."""
    if any(finding.detail.get("unanswered") for finding in found):
        return ""
    return SpamReport.Verdict.SPAM if sum_points(found) > 0 else SpamReport.Verdict.GOOD


def _get_state(check: SpamCheck, comment: Comment, found: list[SpamFinding]) -> State:
    """Return the state that follows from the points and the rule as they are now."""
    who = Author(reader=comment.reader, client_hash=comment.client_hash)
    if ban_lookup.find_active_ban(comment.author_key, who):
        return State.SPAM  # Banned since it was written.
    before = (comment.spam_score or 0) - sum_points(found) - check.holding_points
    findings = [
        SpamFinding("before", before),
        SpamFinding("before", check.holding_points, only_holds=True),
        *found,
    ]
    by_score = initial_state.apply_score(findings)
    if by_score is not None or check.is_held:
        return by_score or State.PENDING
    doubtful = initial_state.is_doubtful(comment.spam_score or 0)
    if doubtful and not check.is_solved:
        return State.PENDING
    rules = policies.get_rules(comment.thread.page_id, thread=comment.thread)
    record = (
        initial_state.get_author_record(comment.author_key)
        if comment.verified
        else initial_state.AuthorRecord()
    )
    email = comment.author_email
    state = initial_state.apply_rule(rules, verified=comment.verified, record=record, email=email)
    if state == State.AWAITING:
        # No mail goes out on behalf of what may be spam.
        may_ask = not doubtful and email_verification.may_send_verification(
            email, comment.reader, comment.client_hash
        )
        return state if may_ask else State.PENDING
    return state
