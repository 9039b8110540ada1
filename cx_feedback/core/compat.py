"""Private names of Django, Django REST framework and Wagtail, all in one place.

Each function names the versions in which its name was read. Where there is a public way, code
uses that; a test keeps private names out of all other modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict
    from rest_framework.request import Request


def get_django_request(request: Request) -> HttpRequest:
    """Return the request that REST framework has wrapped.

    Only for what is given no view, such as authentication: a view has ``django_request``.
    ``Request._request`` in REST framework 3.16.1 and 3.18.3.
    """
    wrapped: HttpRequest = request._request
    return wrapped


def freeze_query(values: QueryDict) -> None:
    """Let nobody change ``values``, like those of a request.

    ``QueryDict._mutable`` in Django 5.2.
    """
    values._mutable = False


def add_locale_to_url(view: Any, url: str) -> str:
    """Return an address of the admin with the language that ``view`` shows.

    ``_set_locale_query_param`` of the index view of snippets in Wagtail 7.4 and 8.0.1.
    """
    return str(view._set_locale_query_param(url))
