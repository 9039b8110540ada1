"""Every write about subscriptions and follow-ups, and the names that others use."""

from cx_feedback.newsletter.services.digests import fill_digests
from cx_feedback.newsletter.services.dispatch import post_due
from cx_feedback.newsletter.services.issues import (
    post_scheduled,
    problems_of,
    recipients_of,
    schedule,
    send_test,
    unschedule,
)
from cx_feedback.newsletter.services.preferences import (
    Choice,
    choose,
    leave,
    leave_all,
    mail_preferences_link,
    send_preferences_link,
)
from cx_feedback.newsletter.services.retention import forget_unconfirmed
from cx_feedback.newsletter.services.rule_triggers import (
    find_missed,
    forget_scored,
    note,
    note_act,
    wants_act,
)
from cx_feedback.newsletter.services.subject_tests import (
    chance_of,
    decide_tests,
    end_test,
    result_of,
    undecided,
)
from cx_feedback.newsletter.services.subscriptions import (
    confirm,
    confirm_all,
    ended,
    erase,
    subscribe,
    unsubscribe,
)

__all__ = [
    "Choice",
    "chance_of",
    "choose",
    "confirm",
    "confirm_all",
    "decide_tests",
    "end_test",
    "ended",
    "erase",
    "fill_digests",
    "find_missed",
    "forget_scored",
    "forget_unconfirmed",
    "leave",
    "leave_all",
    "mail_preferences_link",
    "note",
    "note_act",
    "post_due",
    "post_scheduled",
    "problems_of",
    "recipients_of",
    "result_of",
    "schedule",
    "send_preferences_link",
    "send_test",
    "subscribe",
    "undecided",
    "unschedule",
    "unsubscribe",
    "wants_act",
]
