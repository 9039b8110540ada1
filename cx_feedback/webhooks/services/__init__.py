"""Writes of this room: endpoints with their secrets, events, their sending."""

from cx_feedback.webhooks.services.endpoints import (
    create_endpoint,
    end_old_secrets,
    remove_endpoint,
    renew_secret,
    update_endpoint,
)
from cx_feedback.webhooks.services.event_rows import (
    erase_conclusions,
    erase_events,
    record_event,
    resend_event,
    send_test,
)

__all__ = [
    "create_endpoint",
    "end_old_secrets",
    "erase_conclusions",
    "erase_events",
    "record_event",
    "remove_endpoint",
    "renew_secret",
    "resend_event",
    "send_test",
    "update_endpoint",
]
