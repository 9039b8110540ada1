"""Encrypts short texts in the database, such as a network address, until they are needed.

The key is SECRET_KEY, and the method uses only Django: the keystream consists of keyed hashes with
a nonce, and the result is signed. Texts can't be read after a change of SECRET_KEY, so this is for
data that is deleted soon.
"""

import base64
import secrets

from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

_SALT = "cx_feedback.sealing"


def seal_text(text: str) -> str:
    """Return ``text`` encrypted with SECRET_KEY."""
    number = secrets.token_hex(16)
    hidden = base64.urlsafe_b64encode(_xor_keystream(text.encode(), number)).decode()
    return Signer(salt=_SALT).sign(f"{number}.{hidden}")


def unseal_text(sealed: str) -> str:
    """Return the text that ``seal_text`` encrypted, "" if it can't be read any more."""
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
