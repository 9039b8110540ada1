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
from cx_feedback.comments.services.activity import tell_authors, tell_posted
from cx_feedback.comments.services.counters import Change, count
from cx_feedback.comments.services.floods import take_back
from cx_feedback.comments.services.replays import CommentAttempt
from cx_feedback.comments.spam import Submission, network_scorers
from cx_feedback.comments.submission.author import Author
from cx_feedback.comments.submission.comment_input import Draft
from cx_feedback.comments.submission.initial_state import Admission, admit
from cx_feedback.core.database.fast_insert import insert_row, is_single_statement
from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.http import repeats
from cx_feedback.core.http.repeats import Keys, Sender
from cx_feedback.readers.models import Reader

#: In which the same words by the same person on the same page are one comment.
SAME = datetime.timedelta(minutes=10)

Who = Reader | Callable[[], Reader | None] | None


@dataclass(frozen=True)
class Posted:
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


def post(*, draft: Draft, author: Author | None = None, reader: Who = None) -> Posted:
    """Store ``draft`` as a comment in the state that it is admitted in, once.

    ``reader`` may be a newcomer without a row (``readers.newcomer``), who is stored with the
    comment, or a function that finds or begins one: it is called inside the transaction, so that
    a repeat leaves no reader behind. Without an ``author`` nobody asks about spam and
    the comment waits. Writes the activity "comment". Raises what ``admission.admit`` does.
    """
    by_rules, author = author is not None, author or Author()
    attempt = CommentAttempt(_keys(draft, author.sender), author.sender, draft)
    try:
        admitted = admit(draft=draft, author=author) if by_rules else Admission(State.PENDING)
    except FeedbackError:
        # A repeat is doubtful because of the first, which stands.
        if (first := attempt.find()) is None:
            raise
        return _again(first, author)
    if (attempt.keys.before or admitted.challenge) and (first := attempt.find()) is not None:
        return _again(first, author)
    if admitted.challenge:  # one solution is one comment
        attempt = replace(attempt, keys=Keys(f"challenge:{admitted.challenge}"))
    posted, first = attempt.store(lambda key: _store(draft, author, admitted, key, reader))
    if posted is None:
        return _again(first, author)
    if admitted.floods:
        take_back()
    if admitted.needs_check:
        return replace(posted, checking=spam_checks.is_being_checked(posted.comment))
    return posted


def _again(first: Comment, author: Author) -> Posted:
    """Return what a repeat is told: what became of the first."""
    asks = network_scorers(Submission(text=first.text, address=author.address))
    waits = bool(asks) and spam_checks.is_being_checked(first)
    return Posted(first, repeated=True, checking=waits)


def _keys(draft: Draft, sender: Sender) -> Keys:
    """Return the keys of a comment: its own, else of who sends it and all that they wrote."""
    if draft.idempotency_key:
        return repeats.get_header_keys(draft.idempotency_key, sender)
    parent = draft.parent.pk if draft.parent else None
    words = [draft.page_id, parent, draft.name, draft.email, draft.text]
    return repeats.get_submission_keys(words, sender, SAME)


def _store(draft: Draft, author: Author, admitted: Admission, key: str, who: Who) -> Posted:
    with _around(draft, admitted, who):
        reader = who() if callable(who) else who
        state = admitted.state
        if state == State.AWAITING and not email_verification.may_ask(
            draft.email, reader, author.origin_key
        ):
            state = State.PENDING
        comment = _comment(draft, author, admitted, state, reader, key)
        if state != State.PENDING:
            # What follows asks for its page; the rest of its row would be a query.
            comment.thread = Thread.from_db(
                None, ["id", "page_id"], [comment.thread_id, draft.page_id]
            )
        if reader is None:
            insert_row(comment)
        else:
            tell_posted(comment, reader, page_id=draft.page_id)
        if admitted.needs_check:
            spam_checks.wait_for_check(comment, author=author, admitted=admitted)
        if draft.follows:
            following.wish(comment)
        if state == State.AWAITING:
            email_verification.ask(comment)
        if admitted.is_decision:
            _note(comment, admitted)
        if state == State.PUBLISHED:
            # Last, since whoever posts on the same page waits for its row until the commit.
            count([Change(comment, "", state)])
        return Posted(comment, reader)


def _around(draft: Draft, admitted: Admission, who: Who) -> AbstractContextManager[Any]:
    """Return the transaction around a new comment, none where it is a single statement.

    That is what waits on a page with a conversation, and whose author is known or a newcomer:
    a transaction would be two more ways to the database and back.
    """
    waits = admitted.state == State.PENDING and draft.thread_id is not None
    alone = waits and not (draft.follows or admitted.needs_check or callable(who))
    return nullcontext() if alone and is_single_statement(Comment) else transaction.atomic()


def _comment(
    draft: Draft,
    author: Author,
    admitted: Admission,
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
        author_key=admitted.author_key or author.key(draft.email),
        proved=admitted.proved,
        origin_key=author.origin_key,
        by_staff=author.by_staff,
        author_name=draft.name,
        author_email=draft.email,
        text=draft.text,
        html=draft.html,
        state=state,
        language=draft.language,
        created_at=now,
        published_at=now if state == State.PUBLISHED else None,
        signals=admitted.stored_signals(),
        spam_score=admitted.score,
        idempotency_key=key,
    )


def _note(comment: Comment, admitted: Admission) -> None:
    """Write down what was decided without a moderator, and tell the other rooms."""
    ModerationEvent.objects.create(
        comment=comment,
        from_state=State.PENDING,
        to_state=comment.state,
        act="admit",
        signals=comment.signals,
        at=comment.created_at,
    )
    if comment.state == State.PUBLISHED:
        tell_authors([comment])
