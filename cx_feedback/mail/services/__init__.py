"""Every write of the post office, and the names that other rooms use."""

from cx_feedback.mail.services.confirmation_mails import note_arrival
from cx_feedback.mail.services.ledger import (
    cancel,
    delete_deliveries,
    erase,
    forget_tiers,
    forget_words,
    lift,
    reap,
    send_again,
    suppress,
)
from cx_feedback.mail.services.mailing_actions import (
    cancel_mailing,
    go_on_with,
    pause,
    resume,
    schedule,
)
from cx_feedback.mail.services.posting import Recipient, post, post_many, write_letter
from cx_feedback.mail.services.reports import Told, match_reports, note, report
from cx_feedback.mail.services.sending import Outcome, send_due
from cx_feedback.mail.services.server_state import try_now

__all__ = [
    "Outcome",
    "Recipient",
    "Told",
    "cancel",
    "cancel_mailing",
    "delete_deliveries",
    "erase",
    "forget_tiers",
    "forget_words",
    "go_on_with",
    "lift",
    "match_reports",
    "note",
    "note_arrival",
    "pause",
    "post",
    "post_many",
    "reap",
    "report",
    "resume",
    "schedule",
    "send_again",
    "send_due",
    "suppress",
    "try_now",
    "write_letter",
]
