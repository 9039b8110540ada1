"""Rendering messages for one recipient."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache
from html import escape
from typing import Any

from django.conf import settings

from cx_feedback.core import conf
from cx_feedback.core.text.email_addresses import CONTROL_CHARACTERS
from cx_feedback.mail.messages.ascii_headers import (
    encode_header_value,
    encode_sender,
)
from cx_feedback.mail.models import Delivery, Message

#: ``{name}`` or ``{name|text if it is empty}``, which doesn't match anything in style sheets.
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?:\|([^{}\n]*))?\}")
#: The placeholder for ``Delivery.reference``, used in links that identify their delivery.
REFERENCE = "cx_mail"


def get_required_placeholders(message: Message) -> frozenset[str]:
    """Return the placeholders for which every delivery of ``message`` needs a value."""
    return _collect_required(tuple(_get_parts(message)))


@lru_cache(maxsize=64)
def _collect_required(parts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        piece[0]
        for part in parts
        for piece in _split_template(part)
        if not isinstance(piece, str) and piece[1] is None
    ) - {REFERENCE}


def get_header_placeholders(message: Message) -> set[str]:
    """Return the placeholders of the subject and the other headers."""
    return {m[1] for part in _get_header_parts(message) for m in PLACEHOLDER.finditer(part)}


def _get_header_parts(message: Message) -> list[str]:
    return [message.subject, message.from_email, *message.headers.values()]


def _get_parts(message: Message) -> list[str]:
    return [*_get_header_parts(message), message.text, message.html]


@lru_cache(maxsize=256)
def _split_template(template: str) -> tuple[str | tuple[str, str | None], ...]:
    """Split ``template`` into text and placeholders, each a name and its default or None."""
    found: list[str | tuple[str, str | None]] = []
    end = 0
    for match in PLACEHOLDER.finditer(template):
        found += [template[end : match.start()], (match[1], match[2])]
        end = match.end()
    return (*found, template[end:])


def fill_template(template: str, variables: Mapping[str, Any], *, html: bool = False) -> str:
    """Return ``template`` with its placeholders replaced by values, escaped if it is HTML.

    Placeholders in values are not replaced. Raises KeyError for a missing value.
    """

    filled_in: list[str] = []
    for piece in _split_template(template):
        if isinstance(piece, str):
            filled_in.append(piece)
            continue
        name, default = piece
        found = variables[name] if default is None else variables.get(name, "")
        if found in ("", None) and default is not None:
            filled_in.append(default)  # part of the message, so already HTML if it is HTML
        else:
            filled_in.append(escape(str(found)) if html else str(found))
    return "".join(filled_in)


def get_sender(message: Message) -> str:
    """Return the sender of ``message``: its own, MAIL_FROM or Django's DEFAULT_FROM_EMAIL.

    Its domain is in ASCII.
    """
    return encode_sender(message.from_email or conf.get("MAIL_FROM") or settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=64)
def _get_sender_domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def build_message_id(delivery: Delivery, message: Message) -> str:
    """Return the Message-ID of ``delivery``, the same at every attempt."""
    return f"<{delivery.message_id_local}@{_get_sender_domain(get_sender(message))}>"


@dataclass(frozen=True)
class RenderedMessage:
    """A message for one recipient, without control characters in its headers."""

    message: Message
    variables: Mapping[str, Any]
    sender: str
    to: str
    subject: str
    #: The headers of the message, and the Message-ID.
    headers: dict[str, str]


def render_message(delivery: Delivery, message: Message) -> RenderedMessage:
    """Render ``message`` for ``delivery``. Raises KeyError or ValueError if that isn't possible."""
    reference, sender = delivery.reference, get_sender(message)
    variables = {**delivery.variables, REFERENCE: reference}
    if missing := get_required_placeholders(message) - variables.keys():
        raise KeyError(min(missing))
    headers = {
        name: encode_header_value(fill_template(value, variables))
        for name, value in message.headers.items()
    }
    subject = fill_template(message.subject, variables)
    for value in (subject, sender, delivery.address, *headers.values()):
        if CONTROL_CHARACTERS.search(value):
            raise ValueError(f"A header would hold a control character: {value!r}")
    return RenderedMessage(
        message=message,
        variables=variables,
        sender=sender,
        to=delivery.address,
        subject=subject,
        headers={
            **headers,
            "Message-ID": build_message_id(delivery, message),
        },
    )
