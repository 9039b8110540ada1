"""The libraries that only some rooms need, which the extras of the package install."""

from importlib.util import find_spec

from django.apps import apps

import cx_feedback

#: What each room imports where it is used, by the names of the modules. The extra of a room in
#: ``pyproject.toml`` is called like the room.
LIBRARIES: dict[str, tuple[str, ...]] = {
    "surveys": ("numpy", "scipy", "segno"),
    "nps": ("numpy", "scipy", "segno"),
    "comments": ("altcha", "confusable_homoglyphs", "linkify_it", "markdown_it", "nh3", "numpy"),
    "conversations": ("altcha", "holidays"),
    "loyalty": ("numpy", "scipy"),
    "newsletter": ("altcha", "css_inline", "mrml", "nh3"),
    "webhooks": ("standardwebhooks",),
}


def get_missing_libraries(app: str) -> list[str]:
    """Return the libraries that the room with this app, "cx_feedback.<room>", lacks."""
    names = LIBRARIES.get(app.rpartition(".")[2], ())
    return [name for name in names if find_spec(name) is None]


def get_usable_rooms() -> list[str]:
    """Return the apps of the installed rooms that have their libraries."""
    installed = filter(apps.is_installed, cx_feedback.ROOMS)
    return [app for app in installed if not get_missing_libraries(app)]
