"""The limit on the size of request bodies."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput, TooLarge


def refuse_large(request: HttpRequest) -> None:
    """Raise TooLarge for a body over ``MAX_BODY``, before reading it if its length is given.

    Raises InvalidInput for an invalid length.
    """
    length, limit = request.META.get("CONTENT_LENGTH") or "", conf.get("MAX_BODY")
    if length.isascii() and length.isdigit():
        # Longer numbers are no lengths, and int() rejects the longest ones.
        too_large = len(length) > 18 or int(length) > limit
    elif not length:
        # ASGI servers accept chunked bodies without a length; WSGI servers pass on nothing.
        too_large = len(request.body) > limit
    else:
        raise InvalidInput(fields={"Content-Length": [_("A whole number is expected.")]})
    if too_large:
        raise TooLarge
