"""Store a checked draft as a comment, once."""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from cx_feedback.comments.models import Comment, ModerationEvent, State, Thread, thread_paths
from cx_feedback.comments.services import email_verification, following, network_scorer_checks
from cx_feedback.comments.services.activity import record_approvals, store_with_activity
from cx_feedback.comments.services.counters import StateChange, announce_changes, update_counters
from cx_feedback.comments.services.flood_response import hold_flood_comments
from cx_feedback.comments.services.request_repeats import CommentAttempt
from cx_feedback.comments.services.text_shingles import compute_min_shingles
from cx_feedback.comments.spam import Submission, get_network_scorers
from cx_feedback.comments.submission.author import Author
from cx_feedback.comments.submission.comment_input import Draft
from cx_feedback.comments.submission.initial_state import InitialState, choose_initial_state
from cx_feedback.core.database.fast_insert import insert_row, is_single_statement
from cx_feedback.core.database.new_rows import build_row
from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.http import idempotency_keys
from cx_feedback.core.http.idempotency_keys import Keys, Sender
from cx_feedback.readers.models import Reader

#: The same text by the same person on the same page within this period is one comment.
REPEAT_WINDOW = datetime.timedelta(minutes=10)

ReaderSource = Reader | Callable[[], Reader | None] | None


@dataclass(frozen=True)
class StoredComment:
    """A stored comment. ``repeated`` means that an earlier request had stored it."""

    comment: Comment
    reader: Reader | None = None
    repeated: bool = False
    #: Whether it waits for a network scorer before any moderator has to look at it.
    checking: bool = False

    @property
    def reader_to_remember(self) -> Reader | None:
        """The reader to set a cookie for; None for an account, which needs none."""
        return None if self.comment.user_id else self.reader


def store_comment(
    *, draft: Draft, author: Author | None = None, reader: ReaderSource = None
) -> StoredComment:
    """Store ``draft`` once, in the state that bans, scorers and rules give it.

    ``reader`` may be a new reader without a row (``readers.build_reader``), who is inserted with
    the comment, or a function that finds or creates one. The function is called inside the
    transaction, so that a repeated request leaves no reader behind. Without ``author`` no scorer
    runs and the comment waits. Records the activity "comment". Raises the errors of
    ``choose_initial_state``.
    """
    has_author, author = author is not None, author or Author()
    attempt = CommentAttempt(_get_keys(draft, author.sender), author.sender, draft)
    try:
        initial = (
            choose_initial_state(draft=draft, author=author)
            if has_author
            else InitialState(State.PENDING)
        )
    except FeedbackError:
        # A repeat is doubtful only because the first comment exists.
        if (first := attempt.find()) is None:
            raise
        return _return_repeat(first, author)
    if (attempt.keys.before or initial.challenge) and (first := attempt.find()) is not None:
        return _return_repeat(first, author)
    if initial.challenge:  # one comment per solution
        attempt = replace(attempt, keys=Keys(f"challenge:{initial.challenge}"))
    posted, first = attempt.store(lambda key: _store_comment(draft, author, initial, key, reader))
    if posted is None:
        return _return_repeat(first, author)
    if initial.floods:
        hold_flood_comments()
    if initial.needs_check:
        return replace(posted, checking=network_scorer_checks.is_being_checked(posted.comment))
    return posted


def _return_repeat(first: Comment, author: Author) -> StoredComment:
    """Return the result of a repeated request: that of the first one."""
    asks = get_network_scorers(Submission(text=first.text, address=author.address))
    waits = bool(asks) and network_scorer_checks.is_being_checked(first)
    return StoredComment(first, repeated=True, checking=waits)


def _get_keys(draft: Draft, sender: Sender) -> Keys:
    """Return the keys of the request: its own key, else one of the sender and all fields."""
    if draft.idempotency_key:
        return idempotency_keys.get_header_keys(draft.idempotency_key, sender)
    parent = draft.parent.pk if draft.parent else None
    words = [draft.page_id, parent, draft.name, draft.email, draft.text]
    return idempotency_keys.get_submission_keys(words, sender, REPEAT_WINDOW)


def _store_comment(
    draft: Draft, author: Author, initial: InitialState, key: str, reader_source: ReaderSource
) -> StoredComment:
    with _get_transaction(draft, initial, reader_source):
        reader = reader_source() if callable(reader_source) else reader_source
        state = initial.state
        if state == State.AWAITING and not email_verification.may_send_verification(
            draft.email, reader, author.client_hash
        ):
            state = State.PENDING
        comment = _build_comment(draft, author, initial, state, reader, key)
        if state != State.PENDING:
            # The page is needed below; loading the rest of the row would be a query.
            comment.thread = Thread.from_db(
                None, ["id", "page_id"], [comment.thread_id, draft.page_id]
            )
        if reader is None:
            insert_row(comment)
        else:
            store_with_activity(comment, reader, page_id=draft.page_id)
        if initial.needs_check:
            network_scorer_checks.create_spam_check(comment, author=author, initial=initial)
        if draft.follows:
            following.add_reply_follow(comment)
        if state == State.AWAITING:
            email_verification.send_verification(comment)
        if initial.is_decision:
            _record_decision(comment, initial)
        if state == State.PUBLISHED:
            # Last, because others who comment on the page wait for this row until the commit.
            update_counters([StateChange(comment, "", state)])
        elif reader is None:  # no ledger tells other rooms of it
            announce_changes([StateChange(comment, "", state)])
        return StoredComment(comment, reader)


def _get_transaction(
    draft: Draft, initial: InitialState, reader_source: ReaderSource
) -> AbstractContextManager[Any]:
    """Return a transaction for a new comment, or no transaction for a single statement.

    A comment that waits in an existing thread, by a known or a new reader, is inserted by one
    statement. A transaction would cost two more round trips to the database.
    """
    waits = initial.state == State.PENDING and draft.thread_id is not None
    named = reader_source is not None and not callable(reader_source)
    alone = waits and named and not (draft.follows or initial.needs_check)
    return nullcontext() if alone and is_single_statement(Comment) else transaction.atomic()


def _build_comment(
    draft: Draft,
    author: Author,
    initial: InitialState,
    state: State,
    reader: Reader | None,
    key: str,
) -> Comment:
    now = timezone.now()
    thread_id = draft.thread_id or Thread.objects.get_or_create(page_id=draft.page_id)[0].pk
    shingles = compute_min_shingles(draft.text)
    return build_row(
        Comment,
        thread_id=thread_id,
        **thread_paths.build_position(draft.parent, thread_paths.new_key(now)),
        reader=reader,
        user_id=author.user_id,
        author_key=initial.author_key or author.get_key(draft.email),
        verified=initial.verified,
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
        spam_findings=initial.findings_as_json(),
        spam_score=initial.score,
        shingle_first=shingles.first,
        shingle_second=shingles.second,
        suspected=initial.suspected,
        idempotency_key=key,
    )


def _record_decision(comment: Comment, initial: InitialState) -> None:
    """Record a decision that was made without a moderator."""
    ModerationEvent.objects.create(
        comment=comment,
        from_state=State.PENDING,
        to_state=comment.state,
        action="admit",
        revision=comment.revision,
        spam_findings=comment.spam_findings,
        created_at=comment.created_at,
    )
    if comment.state == State.PUBLISHED:
        record_approvals([comment])
