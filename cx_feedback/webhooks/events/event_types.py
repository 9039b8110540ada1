"""All events by name. Programs rely on the names: they stay."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext_lazy

from cx_feedback.webhooks.events import payloads


@dataclass(frozen=True)
class EventType:
    """An event: its name, its label for staff and the dataclass of its payload.

    ``texts`` names the kind and the field of the id by which the room of the event is asked for
    texts (``core.signals.texts_asked``); empty where it has none.
    """

    name: str
    label: Any
    payload: type
    texts: tuple[str, str] | tuple[()] = ()


_RESPONSE = ("response", "response")
_COMMENT = ("comment", "comment")
#: Made by a button; no endpoint chooses it.
TEST = EventType("webhook.test", pgettext_lazy("webhook", "Test"), payloads.TestPayload)
_EVENTS = (
    EventType(
        "survey.response.created",
        pgettext_lazy("webhook", "A survey was answered"),
        payloads.ResponsePayload,
        _RESPONSE,
    ),
    EventType(
        "nps.response.created",
        pgettext_lazy("webhook", "An NPS question was answered"),
        payloads.ResponsePayload,
        _RESPONSE,
    ),
    EventType(
        "comment.created",
        pgettext_lazy("webhook", "A comment was written"),
        payloads.CommentPayload,
        _COMMENT,
    ),
    EventType(
        "comment.published",
        pgettext_lazy("webhook", "A comment was published"),
        payloads.CommentPayload,
        _COMMENT,
    ),
    EventType(
        "comment.refused",
        pgettext_lazy("webhook", "A comment was rejected or marked as spam"),
        payloads.CommentPayload,
        _COMMENT,
    ),
    EventType(
        "comment.hidden",
        pgettext_lazy("webhook", "A published comment was hidden"),
        payloads.CommentPayload,
        _COMMENT,
    ),
    EventType(
        "comment.deleted",
        pgettext_lazy("webhook", "A comment was deleted"),
        payloads.CommentPayload,
    ),
    EventType(
        "subscription.confirmed",
        pgettext_lazy("webhook", "A subscription was confirmed"),
        payloads.SubscriptionPayload,
    ),
    EventType(
        "subscription.ended",
        pgettext_lazy("webhook", "A subscription ended"),
        payloads.SubscriptionPayload,
    ),
    EventType(
        "reader.silent",
        pgettext_lazy("webhook", "A reader fell silent"),
        payloads.SilencePayload,
    ),
    EventType(
        "reader.returned",
        pgettext_lazy("webhook", "An absent reader came back"),
        payloads.ReturnPayload,
    ),
    EventType(
        "reader.tier_changed",
        pgettext_lazy("webhook", "A reader moved to another tier"),
        payloads.TierPayload,
    ),
    EventType(
        "reader.objected",
        pgettext_lazy("webhook", "A reader objected to being scored"),
        payloads.ReadersPayload,
    ),
    EventType(
        "reader.erased",
        pgettext_lazy("webhook", "A reader was erased"),
        payloads.ReadersPayload,
    ),
    EventType(
        "mail.reported",
        pgettext_lazy("webhook", "An email bounced or was complained about"),
        payloads.MailPayload,
    ),
    EventType(
        "export.ready",
        pgettext_lazy("webhook", "An export of responses is ready"),
        payloads.ExportPayload,
    ),
)
EVENT_TYPES: dict[str, EventType] = {one.name: one for one in _EVENTS}


def get_event_label(name: str) -> str:
    """Return the label of an event, its name for one that is no more."""
    known = TEST if name == TEST.name else EVENT_TYPES.get(name)
    return str(known.label) if known else name
