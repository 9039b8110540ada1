"""Private names of Django, Django REST framework and Wagtail, all in one place.

Each function names the versions in which its name was read. Where there is a public way, code
uses that; a test keeps private names out of all other modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import ReferenceType

if TYPE_CHECKING:
    from django.db.models import Model
    from django.db.models.signals import ModelSignal
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


def get_receivers_of(signal: ModelSignal, model: type[Model]) -> list[Any]:
    """Return the receivers that are connected to a signal of this very model.

    ``Signal.receivers`` and ``Signal.lock`` in Django 5.2.
    """
    with signal.lock:
        connected = list(signal.receivers)
    receivers = [entry[1] for entry in connected if entry[0][1] == id(model)]
    alive = [each() if isinstance(each, ReferenceType) else each for each in receivers]
    return [receiver for receiver in alive if receiver is not None]
