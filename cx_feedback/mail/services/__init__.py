"""The public write API of the mail room."""

from cx_feedback.mail.services.arrival_evidence import record_arrival
from cx_feedback.mail.services.delivery_changes import (
    cancel_deliveries,
    delete_deliveries,
    erase_messages,
    lift_suppression,
    recover_expired_leases,
    requeue_deliveries,
    suppress_address,
)
from cx_feedback.mail.services.mailing_actions import (
    cancel_mailing,
    pause_mailing,
    replace_message,
    resume_mailing,
    schedule_mailing,
)
from cx_feedback.mail.services.provider_events import (
    ProviderEvent,
    match_reports,
    record_provider_event,
    record_reader_event,
)
from cx_feedback.mail.services.queueing import (
    Recipient,
    create_message,
    get_message_id,
    queue_delivery,
    queue_mailing,
)
from cx_feedback.mail.services.sending import SendingSummary, send_due
from cx_feedback.mail.services.server_state import retry_server_now

__all__ = [
    "ProviderEvent",
    "Recipient",
    "SendingSummary",
    "cancel_deliveries",
    "cancel_mailing",
    "create_message",
    "delete_deliveries",
    "erase_messages",
    "get_message_id",
    "lift_suppression",
    "match_reports",
    "pause_mailing",
    "queue_delivery",
    "queue_mailing",
    "record_arrival",
    "record_provider_event",
    "record_reader_event",
    "recover_expired_leases",
    "replace_message",
    "requeue_deliveries",
    "resume_mailing",
    "retry_server_now",
    "schedule_mailing",
    "send_due",
    "suppress_address",
]
