"""Letters filled in for one recipient, and what may not stand in a header."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache
from html import escape
from typing import Any

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail.messages.ascii_headers import (
    UnfoldedHeader,
    encode_header_value,
    encode_sender,
)
from cx_feedback.mail.models import Delivery, Letter

#: ``{name}`` or ``{name|words for when it is empty}``; nothing that a style sheet contains.
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?:\|([^{}\n]*))?\}")
# Halves of surrogate pairs among them: no database and no mail takes those.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029\ud800-\udfff]")
#: What the ledger itself fills in: ``Delivery.reference``, for links that say who follows them.
REFERENCE = "cx_mail"
#: Lengths of RFC 5321, 4.5.3.1.
LOCAL_PART, ADDRESS = 64, 254


def needed(letter: Letter) -> frozenset[str]:
    """Return the names that every delivery of ``letter`` must bring a value for."""
    return _needed(tuple(_parts(letter)))


@lru_cache(maxsize=64)
def _needed(parts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        piece[0]
        for part in parts
        for piece in _pieces(part)
        if not isinstance(piece, str) and piece[1] is None
    ) - {REFERENCE}


def in_headers(letter: Letter) -> set[str]:
    """Return the names whose values end up in the subject or another header."""
    return {m[1] for part in _header_parts(letter) for m in PLACEHOLDER.finditer(part)}


def _header_parts(letter: Letter) -> list[str]:
    return [letter.subject, letter.from_email, *letter.headers.values()]


def _parts(letter: Letter) -> list[str]:
    return [*_header_parts(letter), letter.text, letter.html]


@lru_cache(maxsize=256)
def _pieces(template: str) -> tuple[str | tuple[str, str | None], ...]:
    """Cut ``template`` into words and blanks, a blank being a name and what stands for nothing."""
    found: list[str | tuple[str, str | None]] = []
    end = 0
    for match in PLACEHOLDER.finditer(template):
        found += [template[end : match.start()], (match[1], match[2])]
        end = match.end()
    return (*found, template[end:])


def fill(template: str, variables: Mapping[str, Any], *, html: bool = False) -> str:
    """Put the values into ``template``, escaped when it is HTML.

    Values are never read for placeholders themselves. Raises KeyError for a missing value.
    """

    filled_in: list[str] = []
    for piece in _pieces(template):
        if isinstance(piece, str):
            filled_in.append(piece)
            continue
        name, otherwise = piece
        found = variables[name] if otherwise is None else variables.get(name, "")
        if found in ("", None) and otherwise is not None:
            filled_in.append(otherwise)  # the letter's own words, HTML already where it is HTML
        else:
            filled_in.append(escape(str(found)) if html else str(found))
    return "".join(filled_in)


def refuse_control_characters(field: str, *values: str) -> None:
    """Raise InvalidInput for a value that could begin a header of its own."""
    if any(_CONTROL.search(value) for value in values):
        raise InvalidInput(
            fields={
                field: [pgettext("delivery", "Line breaks and control characters are refused.")]
            }
        )


def clean_address(address: str, field: str = "email") -> str:
    """Return ``address`` in lower case, its domain in ASCII (RFC 5891), so that it is one address.

    Raises InvalidInput when no mail can go there. What stands before the @ has to be ASCII: few
    servers take anything else (RFC 6531).
    """
    address = address.strip().lower()
    refuse_control_characters(field, address)
    if len(address) > ADDRESS:
        raise InvalidInput(fields={field: [_("This email address is too long.")]})
    local, _at, domain = address.rpartition("@")
    try:
        if not domain.isascii():
            domain = idna.encode(domain, uts46=True).decode().lower()
            address = f"{local}@{domain}"
        validate_email(address)
    except (ValidationError, UnicodeError):
        raise InvalidInput(fields={field: [_("This is not a valid email address.")]}) from None
    if len(address) > ADDRESS or len(local) > LOCAL_PART:
        raise InvalidInput(fields={field: [_("This email address is too long.")]})
    return address


def sender_of(letter: Letter) -> str:
    """Return the From of ``letter``: its own, MAIL_FROM or Django's DEFAULT_FROM_EMAIL.

    Its domain is in ASCII.
    """
    return encode_sender(letter.from_email or conf.get("MAIL_FROM") or settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=64)
def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


@dataclass(frozen=True)
class Filled:
    """A letter filled in for one recipient; no header holds a control character."""

    letter: Letter
    variables: Mapping[str, Any]
    sender: str
    to: str
    subject: str
    #: What the letter itself says in headers, and the Message-ID.
    headers: dict[str, str]

    def message(self) -> EmailMultiAlternatives:
        """Return it as Django's backends take it."""
        message = EmailMultiAlternatives(
            subject=self.subject,
            body=fill(self.letter.text, self.variables),
            from_email=self.sender,
            to=[self.to],
            headers={name: UnfoldedHeader(value, name) for name, value in self.headers.items()},
        )
        if self.letter.html:
            html = fill(self.letter.html, self.variables, html=True)
            message.attach_alternative(html, "text/html")
        return message


def filled(delivery: Delivery, letter: Letter) -> Filled:
    """Fill ``letter`` in for ``delivery``; raises KeyError or ValueError when that cannot be."""
    reference, sender = delivery.reference, sender_of(letter)
    variables = {**delivery.variables, REFERENCE: reference}
    if missing := needed(letter) - variables.keys():
        raise KeyError(min(missing))
    headers = {
        name: encode_header_value(fill(value, variables)) for name, value in letter.headers.items()
    }
    subject = fill(letter.subject, variables)
    for value in (subject, sender, delivery.address, *headers.values()):
        if _CONTROL.search(value):
            raise ValueError(f"A header would hold a control character: {value!r}")
    return Filled(
        letter=letter,
        variables=variables,
        sender=sender,
        to=delivery.address,
        subject=subject,
        headers={**headers, "Message-ID": f"<cx-{reference}@{_domain(sender)}>"},
    )
