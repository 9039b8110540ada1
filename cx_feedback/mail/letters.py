"""Letters filled in for one recipient, and what may not stand in a header."""

import re
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.utils.html import escape
from django.utils.translation import gettext as _

from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail.models import Delivery, Letter

#: ``{name}`` or ``{name|words for when it is empty}``; nothing that a style sheet contains.
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?:\|([^{}\n]*))?\}")
# Halves of surrogate pairs among them: no database and no mail takes those.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029\ud800-\udfff]")
#: Lengths of RFC 5321, 4.5.3.1.
LOCAL_PART, ADDRESS = 64, 254


def needed(letter: Letter) -> set[str]:
    """Return the names that every delivery of ``letter`` must bring a value for."""
    return {
        match[1]
        for part in _parts(letter)
        for match in PLACEHOLDER.finditer(part)
        if match[2] is None
    }


def in_headers(letter: Letter) -> set[str]:
    """Return the names whose values end up in the subject or another header."""
    return {m[1] for part in _header_parts(letter) for m in PLACEHOLDER.finditer(part)}


def _header_parts(letter: Letter) -> list[str]:
    return [letter.subject, letter.from_email, *letter.headers.values()]


def _parts(letter: Letter) -> list[str]:
    return [*_header_parts(letter), letter.text, letter.html]


def fill(template: str, variables: Mapping[str, Any], *, html: bool = False) -> str:
    """Put the values into ``template``, escaped when it is HTML.

    Values are never read for placeholders themselves. Raises KeyError for a missing value.
    """

    def value(match: re.Match[str]) -> str:
        name, otherwise = match[1], match[2]
        found = variables.get(name, "") if otherwise is not None else variables[name]
        if found in ("", None) and otherwise is not None:
            return otherwise  # the letter's own words, HTML already where it is HTML
        return escape(found) if html else str(found)

    return PLACEHOLDER.sub(value, template)


def refuse_control_characters(field: str, *values: str) -> None:
    """Raise InvalidInput for a value that could begin a header of its own."""
    if any(_CONTROL.search(value) for value in values):
        raise InvalidInput(fields={field: [_("Line breaks and control characters are refused.")]})


def clean_address(address: str, field: str = "email") -> str:
    """Return ``address`` in lower case; raises InvalidInput when no mail can go there."""
    address = address.strip().lower()
    refuse_control_characters(field, address)
    local, _at, _domain = address.rpartition("@")
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidInput(fields={field: [_("This is no e-mail address.")]}) from None
    if len(address) > ADDRESS or len(local) > LOCAL_PART:
        raise InvalidInput(fields={field: [_("This e-mail address is too long.")]})
    return address


def sender_of(letter: Letter) -> str:
    """Return the From of ``letter``: its own, MAIL_FROM or Django's DEFAULT_FROM_EMAIL."""
    return letter.from_email or conf.get("MAIL_FROM") or settings.DEFAULT_FROM_EMAIL


def message_of(delivery: Delivery, letter: Letter) -> EmailMultiAlternatives:
    """Build the message of ``delivery``; raises KeyError or ValueError when that cannot be."""
    variables, sender = delivery.variables, sender_of(letter)
    headers = {name: fill(value, variables) for name, value in letter.headers.items()}
    subject = fill(letter.subject, variables)
    for value in (subject, sender, delivery.address, *headers.values()):
        if _CONTROL.search(value):
            raise ValueError(f"A header would hold a control character: {value!r}")
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message = EmailMultiAlternatives(
        subject=subject,
        body=fill(letter.text, variables),
        from_email=sender,
        to=[delivery.address],
        headers={**headers, "Message-ID": f"<{delivery.message_id}@{domain}>"},
    )
    if letter.html:
        message.attach_alternative(fill(letter.html, variables, html=True), "text/html")
    return message
