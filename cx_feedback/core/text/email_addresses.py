"""Cleaning email addresses, and refusing what could inject a header."""

import re

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput

# Includes lone surrogates, which neither databases nor emails accept.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029\ud800-\udfff]")
#: Limits of RFC 5321, 4.5.3.1.
MAX_LOCAL_PART_LENGTH, MAX_ADDRESS_LENGTH = 64, 254


def refuse_control_characters(field: str, *values: str) -> None:
    """Raise InvalidInput for a value that could inject a header."""
    if any(CONTROL_CHARACTERS.search(value) for value in values):
        raise InvalidInput(fields={field: [_("Line breaks and control characters are refused.")]})


def clean_address(address: str, field: str = "email") -> str:
    """Return ``address`` in lower case with its domain in ASCII (RFC 5891), to compare it.

    Raises InvalidInput if it isn't valid. The part before the @ must be ASCII, since few servers
    accept anything else (RFC 6531).
    """
    address = address.strip().lower()
    refuse_control_characters(field, address)
    if len(address) > MAX_ADDRESS_LENGTH:
        raise InvalidInput(fields={field: [_("This email address is too long.")]})
    local, _at, domain = address.rpartition("@")
    try:
        if not domain.isascii():
            domain = idna.encode(domain, uts46=True).decode().lower()
            address = f"{local}@{domain}"
        validate_email(address)
    except (ValidationError, UnicodeError):
        raise InvalidInput(fields={field: [_("This is not a valid email address.")]}) from None
    if len(address) > MAX_ADDRESS_LENGTH or len(local) > MAX_LOCAL_PART_LENGTH:
        raise InvalidInput(fields={field: [_("This email address is too long.")]})
    return address
