"""Every write about subscriptions and follow-ups, and the names that others use."""

from cx_feedback.newsletter.services.digests import fill_digests
from cx_feedback.newsletter.services.following_up import post_due
from cx_feedback.newsletter.services.issues import (
    post_scheduled,
    problems_of,
    recipients_of,
    schedule,
    send_test,
    unschedule,
)
from cx_feedback.newsletter.services.noting import find_missed, note, note_act, wants_act
from cx_feedback.newsletter.services.subscriptions import (
    confirm,
    erase,
    subscribe,
    unsubscribe,
)

__all__ = [
    "confirm",
    "erase",
    "fill_digests",
    "find_missed",
    "note",
    "note_act",
    "post_due",
    "post_scheduled",
    "problems_of",
    "recipients_of",
    "schedule",
    "send_test",
    "subscribe",
    "unschedule",
    "unsubscribe",
    "wants_act",
]
