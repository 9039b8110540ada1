"""Receives the events of django-anymail's webhooks, if installed (``docs/explanation/mail.md``).

django-anymail accepts the requests, verifies their signatures and normalizes the events of thirteen
providers.
"""

from typing import Any

from cx_feedback.core import conf
from cx_feedback.core.http.storable_text import make_storable
from cx_feedback.mail.models import MailReport
from cx_feedback.mail.services import ProviderEvent, record_provider_event

Kind = MailReport.Kind
_KINDS = {
    "delivered": Kind.DELIVERED,
    "deferred": Kind.DEFERRED,
    "bounced": Kind.BOUNCED,
    "rejected": Kind.BOUNCED,
    "failed": Kind.BOUNCED,
    "complained": Kind.COMPLAINED,
    "unsubscribed": Kind.UNSUBSCRIBED,
    "opened": Kind.OPENED,
    "clicked": Kind.CLICKED,
}
#: Reasons for a rejection that are permanent.
_PERMANENT_REASONS = {"invalid", "bounced"}
#: Where providers say what kind of bounce it was (django-anymail 15.2's webhooks).
_BOUNCE_KINDS = (
    ("Type",),  # Postmark
    ("bounce", "bounceType"),  # Amazon SES
    ("data", "bounce", "type"),  # Resend
    ("data", "type"),  # MailerSend
    ("event",),  # Brevo
)
_SOFT_KINDS = {"softbounce", "transient", "undetermined", "soft_bounced", "soft_bounce"}
_REJECTION_KINDS = {"spam": Kind.COMPLAINED, "unsubscribed": Kind.UNSUBSCRIBED}


def connect_anymail() -> None:
    """Connect to the signals of django-anymail, which must be installed."""
    from anymail.signals import tracking

    tracking.connect(handle_event, dispatch_uid="cx_feedback.mail.anymail_events")


def handle_event(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Store an event of a message. Opens are stored only if the site counts them."""
    kind = _KINDS.get(event.event_type)
    if event.event_type == "rejected":
        kind = _REJECTION_KINDS.get(event.reject_reason, kind)
    if kind is None or (kind is Kind.OPENED and not conf.get("MAIL_COUNT_OPENS")):
        return
    texts = [event.reject_reason, event.description, event.mta_response]
    record_provider_event(
        ProviderEvent(
            kind=kind,
            provider_id=_clean_text(event.message_id),
            recipient=_clean_text(event.recipient).strip().lower(),
            occurred_at=event.timestamp,
            event_id=_clean_text(event.event_id),
            source=esp_name,
            detail=" · ".join(filter(None, map(_clean_text, texts))),
            url=_clean_text(event.click_url),
            permanent=kind is Kind.BOUNCED and _is_permanent(event),
        )
    )


def _clean_text(value: Any) -> str:
    """Return a provider's text for storage. Mail servers answer in any encoding."""
    return make_storable(str(value or ""))


def _is_permanent(event: Any) -> bool:
    return event.reject_reason in _PERMANENT_REASONS and not _is_soft_bounce(event.esp_event)


def _is_soft_bounce(said: Any) -> bool:
    """Return whether the provider itself calls a bounce temporary, a full mailbox say.

    django-anymail gives some of these the reason of a hard bounce. ``said`` is what the provider
    sent, parsed.
    """
    kinds = [_look_up(said, path) for path in _BOUNCE_KINDS]
    if any(isinstance(kind, str) and kind.lower() in _SOFT_KINDS for kind in kinds):
        return True
    return _look_up(said, ("event",)) == "bounce" and _look_up(said, ("hard_bounce",)) is False


def _look_up(said: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        said = said.get(name) if isinstance(said, dict) else None
    return said
