"""Letting one clock run, stand and end. Nothing here is saved."""

import datetime
import logging
from typing import Any

from django.utils import timezone

from cx_feedback.conversations.models import Promise, PromiseClock
from cx_feedback.conversations.promise.working_calendar import (
    CalendarError,
    get_due_time,
    get_working_time,
)

#: The share of the promised time that is left when something becomes urgent. With a quarter the lot
#: of the inbox made some readers wait longer than promised who otherwise had not; with a half it
#: made nobody (``tests/conversations/experiment``).
URGENT_SHARE = 0.5

logger = logging.getLogger(__name__)

_MINUTES = {
    PromiseClock.Goal.FIRST: "first_answer",
    PromiseClock.Goal.NEXT: "next_answer",
    PromiseClock.Goal.CLOSING: "closing",
}


def set_promise(clock: PromiseClock, promise: Promise | None, version: int) -> None:
    """Give a clock what is promised now, and work out its times anew if it runs.

    A mail that went out before stays sent: its time is not set again.
    """
    name = _MINUTES[PromiseClock.Goal(clock.goal)]
    clock.promise, clock.version = promise, version
    clock.minutes = getattr(promise, name) if promise else None
    clear_times(clock)
    if clock.running_since is None or promise is None or clock.minutes is None:
        return
    try:
        _set_times(clock, promise, clock.minutes)
    except CalendarError as error:
        # The form refuses such a calendar. One that came another way must not stop a letter.
        clear_times(clock)
        logger.warning("Nothing is due for the promise %s: %s", promise.pk, error)


def _set_times(clock: PromiseClock, promise: Promise, minutes: int) -> None:
    clock.due_at = _find_time(clock, promise, minutes)
    clock.urgent_at = _find_time(clock, promise, minutes - int(minutes * URGENT_SHARE))
    sent = clock.sent_steps
    if promise.remind_before is not None and "reminder" not in sent:
        clock.remind_at = _find_time(clock, promise, max(minutes - promise.remind_before, 0))
    if promise.escalate_after is not None and "escalation" not in sent:
        clock.escalate_at = _find_time(clock, promise, minutes + promise.escalate_after)


def _find_time(clock: PromiseClock, promise: Promise, minutes: int) -> datetime.datetime:
    start = clock.running_since or timezone.now()
    return get_due_time(promise.calendar.working_calendar, start, minutes, clock.used)


def count_from(clock: PromiseClock, since: datetime.datetime | None) -> bool:
    """Let a running clock that never stood begin at ``since`` if that is earlier.

    So an older letter that is merged into a newer conversation keeps its time. Returns whether it
    changed the clock.
    """
    if since is None or clock.running_since is None or clock.used or since >= clock.running_since:
        return False
    clock.begun_at = clock.running_since = since
    return True


def clear_times(clock: PromiseClock) -> None:
    """Take the times away from a clock."""
    clock.due_at = clock.urgent_at = clock.remind_at = clock.escalate_at = None


def stop(clock: PromiseClock, promise: Promise | None, now: datetime.datetime) -> None:
    """Let a clock stand, with the working time that it has counted.

    Without a promise, time goes by the clock on the wall: nothing says when it is worked.
    """
    since, clock.running_since = clock.running_since, None
    clear_times(clock)
    if since is None or now <= since:
        return
    if promise is None:
        clock.used += now - since
    else:
        clock.used += get_working_time(promise.calendar.working_calendar, since, now)


def finish(
    clock: PromiseClock, promise: Promise | None, now: datetime.datetime, user_id: Any
) -> None:
    """End a clock: what was promised is done."""
    stop(clock, promise, now)
    clock.done_at, clock.done_by_id = now, user_id
    if clock.minutes is not None:
        clock.on_time = clock.used <= datetime.timedelta(minutes=clock.minutes)


def reopen(clock: PromiseClock) -> None:
    """Take the end of a clock back. What it has counted stays."""
    clock.done_at = clock.done_by_id = clock.on_time = None
