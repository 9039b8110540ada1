"""URLs of the installed rooms: ``path("feedback/", include("cx_feedback.urls"))``."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path, re_path

from cx_feedback import ROOMS
from cx_feedback.core.api.views import UnknownView

app_name = "cx_feedback"


def _patterns_of(module: str) -> list[URLPattern | URLResolver]:
    """Return the ``urlpatterns`` of the same-named module in every installed room."""
    package, _, rest = module.partition(".")
    found: list[URLPattern | URLResolver] = []
    for room in filter(apps.is_installed, ROOMS):
        if find_spec(f"{room}.{package}") and (not rest or find_spec(f"{room}.{module}")):
            found += import_module(f"{room}.{module}").urlpatterns
    return found


urlpatterns = [
    path(
        "api/v1/",
        # What ends without a slash is left to Django's redirect to the address that has one.
        include([*_patterns_of("api.urls"), re_path(r"^(.*/)?$", UnknownView.as_view())]),
    ),
    *_patterns_of("urls"),
]
