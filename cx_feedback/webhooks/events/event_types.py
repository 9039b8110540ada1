"""All events by name. Programs rely on the names: they stay.

A site adds events by naming them in ``CX_FEEDBACK["WEBHOOKS_EVENTS"]``.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import pgettext, pgettext_lazy

from cx_feedback.core import conf
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
#: The built-in events.
EVENT_TYPES: dict[str, EventType] = {one.name: one for one in _EVENTS}


def get_event_types() -> dict[str, EventType]:
    """Return the events by name: the built-in ones, then the site's own.

    A path that can't be used is left out, and a check names it: a reader's act must not fail.
    """
    return _build_event_types(tuple(conf.get("WEBHOOKS_EVENTS")))


@lru_cache(maxsize=8)
def _build_event_types(paths: tuple[str, ...]) -> dict[str, EventType]:
    found = dict(EVENT_TYPES)
    for path in paths:
        with suppress(ImportError, TypeError, AttributeError):
            own = load_event_type(path)
            found.setdefault(own.name, own)
    return found


def load_event_type(path: Any) -> EventType:
    """Import an event of the site. Raises ImportError, AttributeError or TypeError."""
    found = import_string(path)
    if not isinstance(found, EventType):
        raise TypeError("it is no EventType")
    return found


def get_event_choices() -> list[tuple[str, Any]]:
    return [(one.name, one.label) for one in get_event_types().values()]


def get_event_label(name: str) -> str:
    """Return the label of an event, words with its name for one that is no more."""
    known = TEST if name == TEST.name else get_event_types().get(name)
    if known:
        return str(known.label)
    return pgettext("webhook", "An event that this site no longer has (%s)") % name
