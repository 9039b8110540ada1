"""Keeping the clocks of a conversation in step with its state."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from cx_feedback.conversations.models import Conversation, PromiseClock
from cx_feedback.conversations.promise import clock_counting
from cx_feedback.conversations.promise.promise_matching import (
    PromiseBook,
    get_facts,
    load_promises,
)

Goal = PromiseClock.Goal
_FIELDS = (
    "promise", "minutes", "begun_at", "used", "running_since", "due_at", "urgent_at", "remind_at",
    "escalate_at", "done_at", "done_by", "on_time", "version",
)  # fmt: skip


def update_clocks(
    *,
    conversation: Conversation,
    now: datetime.datetime,
    answered: bool = False,
    user_id: Any = None,
) -> None:
    """Start, stop and end the clocks of a conversation, and set its ``due_at``.

    Call it in the transaction that changes ``state`` or ``waiting_since``, under the lock of the
    row and before ``save()``, which stores ``due_at``. A new conversation is saved before. Calling
    it twice changes nothing. ``answered`` says that the reader was just answered, ``user_id`` by
    whom; closing without an answer keeps the clock of the answer, which goes on if the
    conversation is opened again.
    """
    book = load_promises()
    # The first answer and the end have one row for good, further answers one each.
    rows = PromiseClock.objects.filter(conversation=conversation)
    rows = rows.filter(Q(done_at=None) | ~Q(goal=Goal.NEXT))
    clocks = {clock.goal: clock for clock in rows.prefetch_related("notices")}
    _end_clocks(conversation, clocks, book, now, answered, user_id)
    if conversation.waiting_since is None or conversation.state == Conversation.State.CLOSED:
        for clock in clocks.values():
            clock_counting.stop(clock, book.get(clock.promise_id), now)
    else:
        _run_clocks(conversation, clocks, book, now)
    for clock in clocks.values():
        if clock.done_at is None or clock.done_at == now:
            clock.save(update_fields=None if clock.pk is None else _FIELDS)
    set_earliest(conversation, clocks.values())


def _end_clocks(
    conversation: Conversation,
    clocks: dict[str, PromiseClock],
    book: PromiseBook,
    now: datetime.datetime,
    answered: bool,
    user_id: Any,
) -> None:
    ended = []
    if answered:
        first = clocks.get(Goal.FIRST)
        ended.append(Goal.FIRST if first and first.done_at is None else Goal.NEXT)
    if conversation.state == Conversation.State.CLOSED:
        ended.append(Goal.CLOSING)
    elif (closing := clocks.get(Goal.CLOSING)) and closing.done_at is not None:
        clock_counting.reopen(closing)
    for goal in ended:
        clock = clocks.get(goal)
        if clock and clock.done_at is None:
            clock_counting.finish(clock, book.get(clock.promise_id), now, user_id)


def _run_clocks(
    conversation: Conversation,
    clocks: dict[str, PromiseClock],
    book: PromiseBook,
    now: datetime.datetime,
) -> None:
    first = clocks.get(Goal.FIRST)
    was_answered = first.done_at if first else conversation.first_answer_at
    answer = Goal.NEXT if was_answered else Goal.FIRST
    if answer == Goal.NEXT and Goal.NEXT in clocks and clocks[Goal.NEXT].done_at is not None:
        # It was just done, and the reader waits again at once.
        clocks.pop(Goal.NEXT).save(update_fields=_FIELDS)
    promise = book.find(get_facts([conversation])[conversation.pk])
    for goal in (answer, Goal.CLOSING):
        clock = clocks.get(goal)
        if clock is None:
            clock = PromiseClock(conversation=conversation, goal=goal, begun_at=now)
            clocks[goal] = clock
        has_changed = clock.running_since is None
        if has_changed:
            clock.running_since = now
        if goal != Goal.CLOSING and clock_counting.count_from(clock, conversation.waiting_since):
            has_changed = True
        if has_changed:
            clock_counting.set_promise(clock, promise, book.version)


def set_earliest(conversation: Conversation, clocks: Iterable[PromiseClock]) -> None:
    """Set the earliest times of its clocks on a conversation, which the caller saves."""
    clocks = list(clocks)
    conversation.due_at = min((one.due_at for one in clocks if one.due_at), default=None)
    conversation.urgent_at = min((one.urgent_at for one in clocks if one.urgent_at), default=None)
