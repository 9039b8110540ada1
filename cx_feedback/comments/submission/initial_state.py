"""Choose the state of a new comment from bans, spam points and the rules of its page.

Nothing is written to the database; scorers count in the cache. The checks run in this order:

1. A comment by a moderator of the page is published.
2. A banned author is refused.
3. A comment with enough points is marked as spam.
4. A doubtful comment has to pass a proof of work, or waits for a moderator.
5. For all others, the rule of the page decides.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Comment, Rule, State
from cx_feedback.comments.spam import (
    AuthorRecord,
    SpamFinding,
    Submission,
    find_put_aside_points,
    flood_detection,
    get_network_scorers,
    reaches_spam,
    score_submission,
    sum_points,
)
from cx_feedback.comments.submission import ban_lookup
from cx_feedback.comments.submission.author import Author
from cx_feedback.comments.submission.comment_input import Draft
from cx_feedback.comments.submission.page_rules import Rules
from cx_feedback.core import conf
from cx_feedback.core.errors import Refused
from cx_feedback.core.http import proof_of_work


@dataclass(frozen=True)
class InitialState:
    """The state of a new comment, with the reasons for it."""

    state: State
    author_key: str = ""
    verified: bool = False
    findings: list[SpamFinding] = field(default_factory=list)
    #: None when no scorer was asked.
    score: float | None = None
    #: The nonce of the challenge that was solved for the comment, "" for none.
    challenge: str = ""
    #: Whether the comment is part of a flood (see ``spam.flood_detection``).
    floods: bool = False
    #: Whether a network scorer has to be asked first (see ``services.network_scorer_checks``), and
    #: whether the comment waits for a moderator whatever the scorer answers.
    needs_check: bool = False
    is_held: bool = False
    #: Whether the points reach the border of spam: if it waits, then behind all others.
    suspected: bool = False

    @property
    def is_decision(self) -> bool:
        """True if the rules have decided on the comment instead of leaving it to a moderator."""
        return self.state in (State.PUBLISHED, State.SPAM)

    def findings_as_json(self) -> list[dict[str, Any]]:
        return [finding.as_dict() for finding in self.findings]


def choose_initial_state(*, draft: Draft, author: Author) -> InitialState:
    """Return the state in which ``draft`` is stored.

    AWAITING means that the author has to verify the email address first. Raises Refused for a
    banned author and for a guest where only accounts may comment, ChallengeRequired if the
    browser has to solve a proof of work, and InvalidInput for a wrong or reused solution.
    """
    rules, verified = draft.rules, author.owns_email(draft.email)
    # The first is that of today's SECRET_KEY.
    keys = author.get_keys(draft.email)
    key = keys[0] if keys else ""
    if author.may_moderate:
        return InitialState(State.PUBLISHED, key, verified)
    if rules.accounts_only and author.user_id is None:
        message = _("Log in to comment: only registered users can comment here.")
        raise Refused(message, fields={"name": [message]})
    ban = ban_lookup.find_active_ban(keys, author)
    if ban is not None and not ban.shadow:
        raise ban_lookup.get_ban_error(ban)
    record = get_author_record(key) if verified else AuthorRecord()
    submission = _build_submission(draft, author, key, verified, record)
    findings = score_submission(submission)
    score = sum_points(findings)
    if ban is not None:
        return InitialState(
            State.SPAM, key, verified, [*findings, SpamFinding("shadow", 0.0)], score
        )
    state = apply_score(findings, rules.spam_promise)
    doubtful = state is None and is_doubtful(score)
    spent, too_many = "", False
    if draft.solution:
        spent = proof_of_work.spend_solution(draft.solution, about=get_challenge_subject(draft))
        too_many = doubtful and not verified and flood_detection.count_doubtful()
    elif doubtful and not draft.without_script:
        raise proof_of_work.ChallengeRequired(get_challenge_subject(draft))
    if too_many or (doubtful and not spent):
        state = State.PENDING
    is_held, needs_check = state is not None, False
    if state != State.SPAM and get_network_scorers(submission):
        needs_check, state = True, State.PENDING
    if state is None:
        state = _apply_rule_or_doubt(rules, verified, record, draft.email, doubtful)
    floods = too_many or flood_detection.is_flooded(findings)
    return InitialState(
        state, key, verified, findings, score, spent, floods, needs_check, is_held,
        is_suspected(findings),
    )  # fmt: skip


def _apply_rule_or_doubt(
    rules: Rules, verified: bool, record: AuthorRecord, email: str, doubtful: bool
) -> State:
    state = apply_rule(rules, verified=verified, record=record, email=email)
    # No email is sent for a comment that may be spam.
    return State.PENDING if doubtful and state == State.AWAITING else state


def apply_rule(rules: Rules, *, verified: bool, record: AuthorRecord, email: str) -> State:
    """Return the state that the page's rule gives to a comment without any objection.

    Only a verified author can be a known author: one who is logged in or owns the address.
    """
    if rules.rule == Rule.OPEN:
        return State.PUBLISHED
    if rules.rule not in (Rule.FIRST, Rule.TRUSTED):
        return State.PENDING
    if not verified:
        return State.AWAITING if email else State.PENDING
    needed = 1 if rules.rule == Rule.FIRST else max(1, rules.free_after)
    return State.PUBLISHED if record.approved >= needed else State.PENDING


def get_author_record(key: str) -> AuthorRecord:
    """Return how many earlier comments of a verified author were approved and refused."""
    if not key:
        return AuthorRecord()
    rows = Comment.objects.filter(author_key=key, verified=True, source="")
    refused = Q(state__in=[State.REJECTED, State.SPAM], decided_at__isnull=False)
    return AuthorRecord(
        **rows.aggregate(
            approved=Count("pk", filter=Q(state=State.PUBLISHED)),
            refused=Count("pk", filter=refused),
        )
    )


def choose_state_after_edit(*, comment: Comment, text: str, rules: Rules) -> InitialState:
    """Return the state of a comment after its author has edited it.

    Only the scorers that read the text run again. The rule of the page decides on the edit of a
    published comment as on a new comment, except that no email asks to verify the address. After
    the site has edited a comment, each edit waits. A comment that waits or is spam never becomes
    public by an edit.
    """
    record = get_author_record(comment.author_key) if comment.verified else AuthorRecord()
    submission = Submission(
        text=text,
        name=comment.author_name,
        email=comment.author_email,
        page_id=comment.thread.page_id,
        author_key=comment.author_key,
        verified=comment.verified,
        record=record,
        blocked_words=get_blocked_words(rules),
    )
    findings = score_submission(submission, text_only=True)
    score = sum_points(findings)
    state = State(comment.state)
    if state in (State.PUBLISHED, State.AWAITING, State.PENDING):
        found = apply_score(findings, rules.spam_promise)
        if found is None and state == State.PUBLISHED and _has_edit_to_wait(comment, rules, record):
            found = State.PENDING
        # A comment that waits for its address would be published without a proof of work.
        shown_next = state in (State.PUBLISHED, State.AWAITING)
        if found is None and shown_next and is_doubtful(score):
            found = State.PENDING
        state = found or state
    is_held = apply_score(findings, rules.spam_promise) is not None
    return InitialState(
        state, comment.author_key, comment.verified, findings, score, is_held=is_held,
        suspected=is_suspected(findings),
    )  # fmt: skip


def _has_edit_to_wait(comment: Comment, rules: Rules, record: AuthorRecord) -> bool:
    """Return whether the page's rule lets no edit of this published comment through."""
    if comment.by_staff:
        return False
    if comment.edited_by_site:
        return True
    given = apply_rule(rules, verified=comment.verified, record=record, email="")
    return given != State.PUBLISHED


def is_doubtful(score: float) -> bool:
    """Return whether a comment with this score has to pass a proof of work."""
    return bool(score >= conf.get("COMMENTS_SCORES")["challenge"])


def is_suspected(findings: list[SpamFinding]) -> bool:
    """Return whether the points reach the border of spam."""
    return reaches_spam(findings, conf.get("COMMENTS_SCORES"))


def apply_score(findings: list[SpamFinding], promise: int) -> State | None:
    """Return the state that the points lead to, None if they leave it to the rule.

    A comment is put aside as spam only from the border of points that this site's decisions have
    proved: there at most one honest comment in ``promise`` is. Other suspected spam waits.
    """
    borders = conf.get("COMMENTS_SCORES")
    if reaches_spam(findings, borders):
        proven = get_proven_border(promise)
        if proven is None or find_put_aside_points(findings, borders) < proven:
            return State.PENDING
        return State.SPAM
    holds = any(finding.hold for finding in findings) or sum_points(findings) >= borders["hold"]
    return State.PENDING if holds else None


def get_proven_border(promise: int) -> float | None:
    """Return the points from which comments are put aside, None before the promise is proved."""
    from cx_feedback.comments.spam.learning_from_decisions import get_accuracy

    accuracy = get_accuracy()
    found = accuracy.find_proven(promise) if accuracy else None
    return found.points if found else None


def get_challenge_subject(draft: Draft) -> str:
    """Return the subject of a challenge: this text in this place under this name."""
    parent = draft.parent.pk if draft.parent else ""
    return "\0".join([str(draft.page_id), str(parent), draft.name, draft.email, draft.text])


def get_blocked_words(rules: Rules) -> tuple[str, ...]:
    return tuple(line for line in rules.blocked_words.splitlines() if line.strip())


def _build_submission(
    draft: Draft, author: Author, key: str, verified: bool, record: AuthorRecord
) -> Submission:
    return Submission(
        text=draft.text,
        html=draft.html,
        name=draft.name,
        email=draft.email,
        page_id=draft.page_id,
        parent_id=draft.parent.pk if draft.parent else None,
        language=draft.language,
        author_key=key,
        client_hash=author.client_hash,
        verified=verified,
        record=record,
        by_staff=author.by_staff,
        seconds=draft.seconds,
        trapped=draft.trapped,
        blocked_words=get_blocked_words(draft.rules),
        address=author.address,
        agent=author.agent,
    )
