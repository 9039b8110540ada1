"""The address of a page of a person's own, kept from other sites."""

from typing import TypeVar

from django.http import HttpResponseBase

R = TypeVar("R", bound=HttpResponseBase)


def hide_referrer(response: R) -> R:
    """Set the header that keeps the address of the page from other sites; return ``response``.

    Not "no-referrer": from such a page a browser sends its own forms with ``Origin: null``, which
    counts as another site where there is no Sec-Fetch-Site (old browsers, plain http).
    """
    response.headers["Referrer-Policy"] = "same-origin"
    return response
