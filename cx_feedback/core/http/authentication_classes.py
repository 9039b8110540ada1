"""The authentication classes of our REST views: of rooms, of this package, of the site."""

from typing import Any

from django.utils.module_loading import import_string

from cx_feedback.core import conf

#: Dotted paths of the classes of rooms.
_room_classes: list[str] = []


def add_room_class(path: str) -> None:
    """Let all endpoints use the class with the dotted ``path``; for the ``ready()`` of a room."""
    if path not in _room_classes:
        _room_classes.append(path)


def add_site_authenticators(own: list[Any]) -> list[Any]:
    """Return authenticators with those of rooms before ``own`` and the site's after them.

    A view without any of its own stays without: its readers are known by their cookie alone.
    """
    if not own:
        return []
    return [*_make(_room_classes), *own, *_make(conf.get("AUTHENTICATION_CLASSES"))]


def refuse_wrong_credentials(request: Any) -> None:
    """Raise what the classes of rooms and of the site raise for credentials that don't hold.

    For views without authenticators, where nobody is asked who they are: a program that sends a
    token is told everywhere that it doesn't hold, and its requests count for the token.
    """
    if "Authorization" not in request.headers:
        return
    for one in _make([*_room_classes, *conf.get("AUTHENTICATION_CLASSES")]):
        if one.authenticate(request) is not None:
            return


def _make(paths: list[str]) -> list[Any]:
    return [import_string(path)() for path in paths]
