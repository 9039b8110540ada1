"""The keys of the site, for what is hashed or encrypted by hand: Django's signers have their own.

What was made before a rotation of SECRET_KEY holds as long as its key is in SECRET_KEY_FALLBACKS.
"""

from django.conf import settings


def get_secret_keys() -> list[str | bytes]:
    """Return SECRET_KEY, with which all is made, and the earlier ones, newest first."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
