"""Every write of the conversation. Counters change in the transaction that changes the rows."""

import datetime
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments import keys
from cx_feedback.comments.counters import Change, count
from cx_feedback.comments.drafts import Draft
from cx_feedback.comments.models import Comment, ModerationEvent, State, Thread
from cx_feedback.core.errors import InvalidInput
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader

#: Seconds in which the same words by the same name on the same page are one comment.
SAME = 600

Who = Reader | Callable[[], Reader | None] | None


@dataclass(frozen=True)
class Posted:
    """What became of a draft; ``repeated`` when it had been stored before."""

    comment: Comment
    reader: Reader | None = None
    repeated: bool = False


def post(*, draft: Draft, reader: Who = None) -> Posted:
    """Store ``draft`` as a waiting comment, once.

    ``reader`` may be a function that finds or begins one: it is called inside the transaction,
    so that a repeat leaves no reader behind. Writes the activity "comment".
    """
    key = draft.idempotency_key or _key_of_words(draft)
    try:
        return _store(draft, key, reader)
    except IntegrityError:
        stored = Comment.objects.filter(thread__page_id=draft.page_id, idempotency_key=key).first()
        if stored is None:
            raise
        if stored.text != draft.text or stored.author_name != draft.name:
            taken = [_("This key was used for another comment.")]
            raise InvalidInput(fields={"Idempotency-Key": taken}) from None
        return Posted(stored, repeated=True)


@transaction.atomic
def _store(draft: Draft, key: str, who: Who) -> Posted:
    reader = who() if callable(who) else who
    now = timezone.now()
    thread = draft.thread or Thread.objects.get_or_create(page_id=draft.page_id)[0]
    parent = draft.parent
    own = keys.new_key(now)
    comment = Comment(
        thread=thread,
        parent=parent,
        root_id=(parent.root_id or parent.pk) if parent else None,
        key=own,
        path=keys.path_below(parent.path, own) if parent else own,
        depth=parent.depth + 1 if parent else 0,
        reader=reader,
        author_name=draft.name,
        author_email=draft.email,
        text=draft.text,
        html=draft.html,
        language=draft.language,
        created_at=now,
        idempotency_key=key,
    )
    comment.save(force_insert=True)
    Thread.objects.filter(pk=thread.pk).update(waiting=F("waiting") + 1)
    if reader is not None:
        _tell(comment, reader, kind="comment", page_id=draft.page_id)
    return Posted(comment, reader)


def _key_of_words(draft: Draft) -> str:
    """Return a key that a second click makes again: forms without scripts send none."""
    parent = draft.parent.pk if draft.parent else ""
    window = int(timezone.now().timestamp()) // SAME
    words = "\0".join([str(parent), draft.name, draft.email, draft.text, str(window)])
    return hashlib.sha256(words.encode()).hexdigest()


def _tell(comment: Comment, reader: Reader, *, kind: str, page_id: int) -> None:
    readers.act(
        reader=reader,
        kind=kind,
        page_id=page_id,
        object_id=comment.pk,
        detail={"comment": comment.pk, "thread": comment.thread_id},
        here=kind == "comment",
    )


@dataclass(frozen=True)
class Decision:
    """What a moderator's act changed; ``skipped`` were not in a state that it applies to."""

    changed: dict[int, State]
    skipped: list[int]


#: What each act makes of a comment in a state; other states are left as they are.
_ACTS: dict[str, dict[str, State]] = {
    "approve": dict.fromkeys(
        (State.PENDING, State.REJECTED, State.SPAM, State.HIDDEN), State.PUBLISHED
    ),
    "reject": dict.fromkeys(
        (State.PENDING, State.PUBLISHED, State.SPAM, State.HIDDEN), State.REJECTED
    ),
    "mark_spam": dict.fromkeys(
        (State.PENDING, State.PUBLISHED, State.REJECTED, State.HIDDEN), State.SPAM
    ),
    "hide": {State.PUBLISHED: State.HIDDEN},
    "restore": {
        State.HIDDEN: State.PUBLISHED,
        State.REJECTED: State.PENDING,
        State.SPAM: State.PENDING,
    },
}
ACTS = tuple(_ACTS)


def acts_for(state: str) -> list[str]:
    """Return the names of the acts that a comment in ``state`` can take."""
    return [act for act, becomes in _ACTS.items() if state in becomes]


def approve(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Publish comments. The first time, the activity "comment_approved" is written."""
    return decide("approve", ids=ids, moderator=moderator, reason=reason)


def reject(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Keep comments from being published, or take them back."""
    return decide("reject", ids=ids, moderator=moderator, reason=reason)


def mark_spam(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Put comments aside as spam."""
    return decide("mark_spam", ids=ids, moderator=moderator, reason=reason)


def hide(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Take published comments out of sight; answers to them stay."""
    return decide("hide", ids=ids, moderator=moderator, reason=reason)


def restore(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Publish hidden comments again; let rejected ones and spam wait again."""
    return decide("restore", ids=ids, moderator=moderator, reason=reason)


@transaction.atomic
def decide(act: str, *, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Do ``act`` (one of ``ACTS``) to the comments ``ids``; a repeat changes nothing.

    The threads are locked before the comments, both in order of id, so that decisions and posts
    that meet wait for each other and never block for good.
    """
    becomes = _ACTS[act]
    wanted = sorted(set(ids))
    comments = [c for c in _claim(wanted) if c.state in becomes]
    now = timezone.now()
    changes = [Change(comment, comment.state, becomes[comment.state]) for comment in comments]
    newly = [
        c.comment for c in changes if c.after == State.PUBLISHED and not c.comment.published_at
    ]
    _apply(changes, now)
    ModerationEvent.objects.bulk_create(
        ModerationEvent(
            comment=change.comment,
            moderator=moderator,
            from_state=change.before,
            to_state=change.after,
            reason=reason[:200],
            at=now,
        )
        for change in changes
    )
    _log(act, changes, moderator, now)
    _tell_authors(newly)
    done = {change.comment.pk: change.after for change in changes}
    return Decision(done, [pk for pk in wanted if pk not in done])


def _claim(ids: list[int]) -> list[Comment]:
    threads = Thread.objects.filter(comments__in=ids).values("pk")
    list(Thread.objects.select_for_update(no_key=True).filter(pk__in=threads).order_by("pk"))
    return list(
        Comment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("thread")
        .filter(pk__in=ids)
        .order_by("pk")
    )


def _apply(changes: list[Change], now: datetime.datetime) -> None:
    """Store the new states and move the counters along."""
    by_state: dict[State, list[int]] = {}
    for change in changes:
        by_state.setdefault(change.after, []).append(change.comment.pk)
        change.comment.state, change.comment.decided_at = change.after, now
    for state, pks in by_state.items():
        rows = Comment.objects.filter(pk__in=pks)
        rows.update(state=state, decided_at=now)
        if state == State.PUBLISHED:
            rows.filter(published_at__isnull=True).update(published_at=now)
    count(changes)


def _log(act: str, changes: list[Change], moderator: Any, now: datetime.datetime) -> None:
    """Write the decisions into Wagtail's audit log, all of them with one statement."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.log_actions import get_active_log_context
    from wagtail.models import ModelLogEntry

    if not changes:
        return
    context = get_active_log_context()
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=ContentType.objects.get_for_model(Comment),
            object_id=str(change.comment.pk),
            label=str(change.comment),
            action=f"cx_comments.{act}",
            timestamp=now,
            user=moderator or context.user,
            uuid=context.uuid,
            data={"from": change.before, "to": change.after},
        )
        for change in changes
    )


def _tell_authors(comments: list[Comment]) -> None:
    known = Reader.objects.in_bulk([c.reader_id for c in comments if c.reader_id])
    for comment in comments:
        if comment.reader_id:
            reader = known[comment.reader_id]
            _tell(comment, reader, kind="comment_approved", page_id=comment.thread.page_id)


@transaction.atomic
def set_closed(*, page_id: int, closed: bool) -> Thread:
    """Close the conversation of a page to new comments, or open it again."""
    thread = Thread.objects.get_or_create(page_id=page_id)[0]
    Thread.objects.filter(pk=thread.pk).update(closed=closed)
    thread.closed = closed
    return thread


@transaction.atomic
def erase(*, reader_ids: list[int], email: str = "") -> int:
    """Erase what a person wrote; return how many comments. The thread keeps its shape."""
    from cx_feedback.comments.selectors import comments_of

    ids = list(comments_of(reader_ids=reader_ids, email=email).values_list("pk", flat=True))
    comments = _claim(ids)
    changes = [Change(c, c.state, State.ERASED) for c in comments if c.state != State.ERASED]
    Comment.objects.filter(pk__in=ids).update(
        state=State.ERASED,
        author_name="",
        author_email="",
        text="",
        html="",
        reader=None,
        idempotency_key="",
        decided_at=timezone.now(),
    )
    ModerationEvent.objects.filter(comment__in=ids).update(reason="")
    count(changes)
    return len(ids)
