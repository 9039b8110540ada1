"""How large a write may be."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput, TooLarge


def refuse_large(request: HttpRequest) -> None:
    """Raise TooLarge for a body over ``MAX_BODY``, before it is read where its length is said.

    Raises InvalidInput for a length that is no number.
    """
    length, limit = request.META.get("CONTENT_LENGTH") or "", conf.get("MAX_BODY")
    if length.isascii() and length.isdigit():
        # Longer numbers than these are no lengths, and int() refuses the longest of them.
        too_large = len(length) > 18 or int(length) > limit
    elif not length:
        # ASGI servers take bodies in chunks without a length; WSGI servers hand on nothing.
        too_large = len(request.body) > limit
    else:
        raise InvalidInput(fields={"Content-Length": [_("A whole number is expected.")]})
    if too_large:
        raise TooLarge
