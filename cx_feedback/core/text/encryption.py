"""Encrypts short texts in the database, such as a network address, until they are needed.

The key is SECRET_KEY, and the method uses only Django: the keystream consists of keyed hashes with
a nonce, and the result is signed. Texts are read by the keys in SECRET_KEY_FALLBACKS too, and not
once the key that encrypted them is in neither.
"""

import base64
import secrets

from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

from cx_feedback.core.text.secret_keys import get_secret_keys

_SALT = "cx_feedback.sealing"


def seal_text(text: str) -> str:
    """Return ``text`` encrypted with SECRET_KEY."""
    number, [key, *_earlier] = secrets.token_hex(16), get_secret_keys()
    hidden = base64.urlsafe_b64encode(_xor_keystream(text.encode(), number, key)).decode()
    return Signer(key=key, salt=_SALT).sign(f"{number}.{hidden}")


def unseal_text(sealed: str) -> str:
    """Return the text that ``seal_text`` encrypted, "" if it can't be read any more."""
    for key in get_secret_keys():
        signer = Signer(key=key, salt=_SALT, fallback_keys=[])
        try:
            number, hidden = signer.unsign(sealed).split(".")
        except (BadSignature, ValueError):
            continue
        return _xor_keystream(base64.urlsafe_b64decode(hidden), number, key).decode()
    return ""


def _xor_keystream(data: bytes, number: str, key: str | bytes) -> bytes:
    stream = b""
    while len(stream) < len(data):
        part = f"{number}.{len(stream)}"
        stream += salted_hmac(_SALT, part, secret=key, algorithm="sha256").digest()
    return bytes(one ^ other for one, other in zip(data, stream, strict=False))
