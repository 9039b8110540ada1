"""The base of the rooms' app configurations."""

from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

import cx_feedback


class RoomConfig(AppConfig):
    """An app configuration that reports missing rooms before models are imported.

    A system check would be too late: without the rooms that a room depends on, its models can't be
    imported, and Django would fail with a traceback about app labels.
    """

    default_auto_field = "django.db.models.BigAutoField"

    @property
    def personal_data(self) -> str:
        """Return the module that declares what the room holds of a person."""
        return f"{self.name}.personal"

    @property
    def health(self) -> str:
        """Return the module with the room's examinations for ``cx_doctor``, "" without one."""
        name = f"{self.name}.health"
        return name if find_spec(name) else ""

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        super().__init__(app_name, app_module)
        room = app_name.rpartition(".")[2]
        installed = {installed_name(entry) for entry in settings.INSTALLED_APPS}
        if missing := [name for name in cx_feedback.rooms(room) if name not in installed]:
            raise ImproperlyConfigured(
                f"INSTALLED_APPS has {app_name} without {', '.join(missing)}. Replace it by "
                f'*cx_feedback.rooms("{room}"), or add what is missing.'
            )


def installed_name(entry: Any) -> str:
    """Return the name of the app of an entry of ``INSTALLED_APPS``."""
    if not str(entry).rpartition(".")[2][:1].isupper():
        return str(entry)
    try:
        return str(import_string(entry).name)
    except (ImportError, AttributeError):
        return str(entry)  # Django reports the error
