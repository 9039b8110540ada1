"""The Celery beat schedule of all installed rooms, for a site to include with one line:
``app.conf.beat_schedule = {**beat_schedule(), ...}``.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings

from cx_feedback import ROOMS


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Return the merged ``SCHEDULE`` of each installed room's ``schedule`` module."""
    merged: dict[str, dict[str, Any]] = {}
    for room in ROOMS[1:]:  # all but this one
        if room in settings.INSTALLED_APPS and find_spec(f"{room}.schedule"):
            merged.update(import_module(f"{room}.schedule").SCHEDULE)
    return merged
