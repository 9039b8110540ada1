"""A checked draft becomes a stored comment, once."""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from cx_feedback.comments.models import Comment, ModerationEvent, State, Thread, paths
from cx_feedback.comments.services import email_verification, following, spam_checks
from cx_feedback.comments.services.activity import record_approvals, store_with_activity
from cx_feedback.comments.services.counters import StateChange, update_counters
from cx_feedback.comments.services.floods import hold_flood_comments
from cx_feedback.comments.services.repeat_detection import CommentAttempt
from cx_feedback.comments.spam import Submission, get_network_scorers
from cx_feedback.comments.submission.author import Author
from cx_feedback.comments.submission.comment_input import Draft
from cx_feedback.comments.submission.initial_state import InitialState, choose_initial_state
from cx_feedback.core.database.fast_insert import insert_row, is_single_statement
from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.http import repeats
from cx_feedback.core.http.repeats import Keys, Sender
from cx_feedback.readers.models import Reader

#: In which the same words by the same person on the same page are one comment.
REPEAT_WINDOW = datetime.timedelta(minutes=10)

ReaderSource = Reader | Callable[[], Reader | None] | None


@dataclass(frozen=True)
class StoredComment:
    """What became of a draft; ``repeated`` when it had been stored before."""

    comment: Comment
    reader: Reader | None = None
    repeated: bool = False
    #: Whether it waits for a scorer behind a network, and for nobody yet.
    checking: bool = False

    @property
    def reader_to_remember(self) -> Reader | None:
        """The reader to set a cookie for; None for an account, which needs none."""
        return None if self.comment.user_id else self.reader


def store_comment(
    *, draft: Draft, author: Author | None = None, reader: ReaderSource = None
) -> StoredComment:
    """Store ``draft`` as a comment in the state that it is admitted in, once.

    ``reader`` may be a newcomer without a row (``readers.newcomer``), who is stored with the
    comment, or a function that finds or begins one: it is called inside the transaction, so that
    a repeat leaves no reader behind. Without an ``author`` nobody asks about spam and
    the comment waits. Writes the activity "comment". Raises what ``admission.admit`` does.
    """
    by_rules, author = author is not None, author or Author()
    attempt = CommentAttempt(_get_keys(draft, author.sender), author.sender, draft)
    try:
        admitted = (
            choose_initial_state(draft=draft, author=author)
            if by_rules
            else InitialState(State.PENDING)
        )
    except FeedbackError:
        # A repeat is doubtful because of the first, which stands.
        if (first := attempt.find()) is None:
            raise
        return _return_repeat(first, author)
    if (attempt.keys.before or admitted.challenge) and (first := attempt.find()) is not None:
        return _return_repeat(first, author)
    if admitted.challenge:  # one solution is one comment
        attempt = replace(attempt, keys=Keys(f"challenge:{admitted.challenge}"))
    posted, first = attempt.store(lambda key: _store_comment(draft, author, admitted, key, reader))
    if posted is None:
        return _return_repeat(first, author)
    if admitted.floods:
        hold_flood_comments()
    if admitted.needs_check:
        return replace(posted, checking=spam_checks.is_being_checked(posted.comment))
    return posted


def _return_repeat(first: Comment, author: Author) -> StoredComment:
    """Return what a repeat is told: what became of the first."""
    asks = get_network_scorers(Submission(text=first.text, address=author.address))
    waits = bool(asks) and spam_checks.is_being_checked(first)
    return StoredComment(first, repeated=True, checking=waits)


def _get_keys(draft: Draft, sender: Sender) -> Keys:
    """Return the keys of a comment: its own, else of who sends it and all that they wrote."""
    if draft.idempotency_key:
        return repeats.get_header_keys(draft.idempotency_key, sender)
    parent = draft.parent.pk if draft.parent else None
    words = [draft.page_id, parent, draft.name, draft.email, draft.text]
    return repeats.get_submission_keys(words, sender, REPEAT_WINDOW)


def _store_comment(
    draft: Draft, author: Author, admitted: InitialState, key: str, who: ReaderSource
) -> StoredComment:
    with _get_transaction(draft, admitted, who):
        reader = who() if callable(who) else who
        state = admitted.state
        if state == State.AWAITING and not email_verification.may_send_verification(
            draft.email, reader, author.client_hash
        ):
            state = State.PENDING
        comment = _build_comment(draft, author, admitted, state, reader, key)
        if state != State.PENDING:
            # What follows asks for its page; the rest of its row would be a query.
            comment.thread = Thread.from_db(
                None, ["id", "page_id"], [comment.thread_id, draft.page_id]
            )
        if reader is None:
            insert_row(comment)
        else:
            store_with_activity(comment, reader, page_id=draft.page_id)
        if admitted.needs_check:
            spam_checks.create_spam_check(comment, author=author, admitted=admitted)
        if draft.follows:
            following.add_reply_follow(comment)
        if state == State.AWAITING:
            email_verification.send_verification(comment)
        if admitted.is_decision:
            _record_decision(comment, admitted)
        if state == State.PUBLISHED:
            # Last, since whoever posts on the same page waits for its row until the commit.
            update_counters([StateChange(comment, "", state)])
        return StoredComment(comment, reader)


def _get_transaction(
    draft: Draft, admitted: InitialState, who: ReaderSource
) -> AbstractContextManager[Any]:
    """Return the transaction around a new comment, none where it is a single statement.

    That is what waits on a page with a thread, and whose author is known or a newcomer:
    a transaction would be two more ways to the database and back.
    """
    waits = admitted.state == State.PENDING and draft.thread_id is not None
    alone = waits and not (draft.follows or admitted.needs_check or callable(who))
    return nullcontext() if alone and is_single_statement(Comment) else transaction.atomic()


def _build_comment(
    draft: Draft,
    author: Author,
    admitted: InitialState,
    state: State,
    reader: Reader | None,
    key: str,
) -> Comment:
    now = timezone.now()
    thread_id = draft.thread_id or Thread.objects.get_or_create(page_id=draft.page_id)[0].pk
    parent = draft.parent
    own = paths.new_key(now)
    return Comment(
        thread_id=thread_id,
        parent=parent,
        root_id=(parent.root_id or parent.pk) if parent else None,
        key=own,
        path=paths.path_below(parent.path, own) if parent else own,
        depth=parent.depth + 1 if parent else 0,
        reader=reader,
        user_id=author.user_id,
        author_key=admitted.author_key or author.get_key(draft.email),
        verified=admitted.verified,
        client_hash=author.client_hash,
        by_staff=author.by_staff,
        author_name=draft.name,
        author_email=draft.email,
        text=draft.text,
        html=draft.html,
        state=state,
        language=draft.language,
        created_at=now,
        published_at=now if state == State.PUBLISHED else None,
        spam_findings=admitted.findings_as_json(),
        spam_score=admitted.score,
        idempotency_key=key,
    )


def _record_decision(comment: Comment, admitted: InitialState) -> None:
    """Write down what was decided without a moderator, and tell the other rooms."""
    ModerationEvent.objects.create(
        comment=comment,
        from_state=State.PENDING,
        to_state=comment.state,
        action="admit",
        spam_findings=comment.spam_findings,
        created_at=comment.created_at,
    )
    if comment.state == State.PUBLISHED:
        record_approvals([comment])
