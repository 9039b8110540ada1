"""URLs of the installed rooms: ``path("feedback/", include("cx_feedback.urls"))``.

All that is below belongs to us, what is unknown too; the bare ``feedback/`` is the site's.
"""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path, re_path

from cx_feedback.core.http.deferred_urls import DeferredPatterns
from cx_feedback.core.rooms.room_libraries import get_usable_rooms

app_name = "cx_feedback"


def _patterns_of(module: str) -> list[URLPattern | URLResolver]:
    """Return the ``urlpatterns`` of the same-named module in every installed room.

    A room without its libraries has none: a system check says what to install.
    """
    package, _, rest = module.partition(".")
    found: list[URLPattern | URLResolver] = []
    for room in get_usable_rooms():
        if find_spec(f"{room}.{package}") and (not rest or find_spec(f"{room}.{module}")):
            found += import_module(f"{room}.{module}").urlpatterns
    return found


def _make_patterns() -> list[URLPattern | URLResolver]:
    """Return the API and the pages of all rooms, each with its own answers to errors."""
    from cx_feedback.core.http.view_errors import (
        answer_errors_of_patterns,
        answer_unknown,
        answer_with_page,
        answer_with_problem,
    )

    api: list[URLPattern | URLResolver] = [
        path("api/v1/", include(_patterns_of("api.urls"))),
        re_path(r"^api(/|$)", answer_unknown),
    ]
    pages = [*_patterns_of("urls"), re_path(r"[\s\S]", answer_unknown)]
    return [
        *answer_errors_of_patterns(api, answer_with_problem),
        *answer_errors_of_patterns(pages, answer_with_page),
    ]


urlpatterns = DeferredPatterns(_make_patterns)
