"""The body and the headers of a message, signed as Standard Webhooks."""

import datetime
import json
from typing import Any

from cx_feedback.core import signals
from cx_feedback.core.text.encryption import unseal_text
from cx_feedback.webhooks.events.event_types import get_event_types
from cx_feedback.webhooks.models import EndpointSecret, EventDelivery

USER_AGENT = "wagtail-cx-feedback"


def build_body(delivery: EventDelivery) -> str:
    """Return the JSON of an event, with texts where its endpoint wants and may have them."""
    data = dict(delivery.data)
    if texts := _get_texts(delivery):
        data["texts"] = texts
    message = {
        "type": delivery.event,
        "timestamp": delivery.occurred_at.isoformat(),
        "data": data,
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def build_headers(
    delivery: EventDelivery, body: str, *, now: datetime.datetime
) -> dict[str, str] | None:
    """Return the headers of a message at ``now``, signed with each secret that is in use.

    Returns None if no secret can be read: SECRET_KEY was changed.
    """
    from standardwebhooks import Webhook

    rows = EndpointSecret.objects.filter(endpoint=delivery.endpoint_id).signing(now)
    secrets = [text for row in rows if (text := unseal_text(row.sealed))]
    if not secrets:
        return None
    signed = [Webhook(one).sign(delivery.message_id, now, body) for one in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signed),
    }


def _get_texts(delivery: EventDelivery) -> dict[str, Any]:
    """Return the texts of an event that the account of its endpoint may see now."""
    known = get_event_types().get(delivery.event)
    endpoint = delivery.endpoint
    if known is None or not known.texts or not endpoint.with_texts or not endpoint.owner.is_active:
        return {}
    kind, name = known.texts
    asked = {"kind": kind, "object_id": delivery.data[name], "user": endpoint.owner}
    found: dict[str, Any] = {}
    for texts in signals.collect_answers(signals.texts_asked, EventDelivery, **asked):
        found |= texts
    return found
