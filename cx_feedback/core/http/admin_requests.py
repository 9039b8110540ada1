"""Cleaning requests of the admin before our views read them.

Wagtail's lists pass query parameters to the database unchanged. PostgreSQL rejects null
characters, SQLite long patterns, and both reject lone surrogates.
"""

from collections.abc import Iterable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver
from wagtail.admin.widgets import AdminPageChooser

from cx_feedback.core.http.deferred_urls import Pattern, defer_views
from cx_feedback.core.http.parameters import parse_page_id
from cx_feedback.core.http.storable_text import (
    clean_form,
    clean_json,
    clean_query,
    shorten_query,
)

#: The most characters of a query parameter in the admin. Wagtail creates a condition for each word
#: of a search, and SQLite accepts a thousand.
LONGEST_VALUE = 400
ViewSet = TypeVar("ViewSet", bound=type)


def clean_requests_of_patterns(patterns: Iterable[Pattern]) -> list[Pattern]:
    """Return ``patterns`` with views whose requests are cleaned."""
    return [
        URLPattern(one.pattern, _clean_requests(one.callback), one.default_args, one.name)
        if isinstance(one, URLPattern)
        else URLResolver(
            one.pattern,
            clean_requests_of_patterns(one.url_patterns),
            one.default_kwargs,
            one.app_name,
            one.namespace,
        )
        for one in patterns
    ]


def clean_requests(viewset: ViewSet) -> ViewSet:
    """Decorate a viewset: the requests of all its views hold only what a database keeps.

    They and their forms are made with their first request.
    """
    make = viewset.get_urlpatterns  # type: ignore[attr-defined]

    def get_urlpatterns(self: Any) -> list[Pattern]:
        return clean_requests_of_patterns(make(self))

    viewset.get_urlpatterns = get_urlpatterns  # type: ignore[attr-defined]
    return defer_views(viewset)


def _clean_requests(view: Any) -> Any:
    if getattr(view, "cx_clean_requests", False):
        return view

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        clean_query(request)
        shorten_query(request, LONGEST_VALUE)
        if request.method == "POST":
            clean_form(request)
            clean_json(request)
        response: HttpResponseBase = view(request, *args, **kwargs)
        return response

    wrapped.cx_clean_requests = True  # type: ignore[attr-defined]
    return wrapped


class PageChooser(AdminPageChooser):
    """Wagtail's page chooser, which shows no page for an invalid id instead of failing."""

    def get_instance(self, value: Any) -> Any:
        if isinstance(value, str) and parse_page_id(value) is None:
            return None
        return super().get_instance(value)
