"""The text of a token: a prefix that is stored, and a secret of which only a keyed hash is."""

import re
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from cx_feedback.core.text.secret_keys import get_secret_keys

#: What each token begins with, so that scanners of source code find those that leaked.
BEGINNING = "cxf_"
_TOKEN = re.compile(rf"({BEGINNING}[0-9a-f]{{8}})_([0-9A-Za-z_-]{{43}})")


@dataclass(frozen=True)
class TokenText:
    """The two parts of a token."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"{self.prefix}_{self.secret}"

    def get_digest(self) -> str:
        """Return the keyed hash that is stored."""
        return _hash_secret(self, settings.SECRET_KEY)

    def matches(self, digest: str) -> bool:
        """Return whether ``digest`` is of this token, by the key of the site or an earlier one."""
        hashes = (_hash_secret(self, key) for key in get_secret_keys())
        return any(constant_time_compare(digest, each) for each in hashes)


def generate_token_text() -> TokenText:
    """Return a new token with 256 random bits."""
    return TokenText(f"{BEGINNING}{secrets.token_hex(4)}", secrets.token_urlsafe(32))


def parse_token_text(text: str) -> TokenText | None:
    """Return the parts of a token, None for a text that can't be one."""
    found = _TOKEN.fullmatch(text)
    return TokenText(found[1], found[2]) if found else None


def _hash_secret(text: TokenText, key: str | bytes) -> str:
    hashed = salted_hmac("cx_feedback.token", str(text), secret=key, algorithm="sha256")
    return hashed.hexdigest()
