"""Reads the one settings dictionary, ``CX_FEEDBACK``: ``conf.get("COOKIE_NAME")``.

``settings.settings_list`` declares every key.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed

from cx_feedback.core.settings.settings_list import SETTINGS

_BY_NAME = {setting.name: setting for setting in SETTINGS}


@cache
def get_site_settings() -> dict[str, Any]:
    """Return the site's own ``CX_FEEDBACK`` dictionary, empty when there is none.

    It is kept until a test changes it: a request asks for some 25 settings.
    """
    return getattr(settings, "CX_FEEDBACK", None) or {}


def _forget_settings(*, setting: str, **kwargs: Any) -> None:
    if setting == "CX_FEEDBACK":
        get_site_settings.cache_clear()


setting_changed.connect(_forget_settings, dispatch_uid="cx_conf")


def get(name: str) -> Any:
    """Return the value of the key ``name``; raises KeyError for a key that is not declared."""
    setting = _BY_NAME[name]
    given = get_site_settings()
    # What is no dictionary is reported by a check, which others must not prevent.
    value = given.get(name, setting.default) if isinstance(given, dict) else setting.default
    if isinstance(setting.default, dict):
        return {**setting.default, **value}
    return value
