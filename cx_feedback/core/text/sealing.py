"""Keeps a word unreadable in the database until it is needed, a network address say.

Sealed with the site's SECRET_KEY by what Django brings: a keystream of keyed hashes under a
number used once, signed. For what is deleted soon: after SECRET_KEY has changed it is lost.
"""

import base64
import secrets

from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

_SALT = "cx_feedback.sealing"


def seal_text(text: str) -> str:
    """Return ``text`` as nobody can read it who does not know SECRET_KEY."""
    number = secrets.token_hex(16)
    hidden = base64.urlsafe_b64encode(_xor_keystream(text.encode(), number)).decode()
    return Signer(salt=_SALT).sign(f"{number}.{hidden}")


def unseal_text(sealed: str) -> str:
    """Return what ``seal_text`` was given, "" where that cannot be read any more."""
    try:
        number, hidden = Signer(salt=_SALT, fallback_keys=[]).unsign(sealed).split(".")
    except (BadSignature, ValueError):
        return ""
    return _xor_keystream(base64.urlsafe_b64decode(hidden), number).decode()


def _xor_keystream(data: bytes, number: str) -> bytes:
    stream = b""
    while len(stream) < len(data):
        part = f"{number}.{len(stream)}"
        stream += salted_hmac(_SALT, part, algorithm="sha256").digest()
    return bytes(one ^ other for one, other in zip(data, stream, strict=False))
