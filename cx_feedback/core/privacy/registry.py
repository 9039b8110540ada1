"""The declarations of all installed rooms, and of apps of the site that hold data of readers."""

from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import models

from cx_feedback.core.privacy.personal_data import (
    ComputedData,
    Declaration,
    Expiry,
    ImpersonalModel,
    PersonalModel,
    get_parent,
)


@cache
def get_declarations() -> tuple[Declaration, ...]:
    """Return what the installed apps declare, in the order of ``INSTALLED_APPS``.

    The ``AppConfig`` of an app names the module with its ``PERSONAL_DATA`` as ``personal_data``.
    """
    found: list[Declaration] = []
    for config in apps.get_app_configs():
        if path := getattr(config, "personal_data", ""):
            found += import_module(path).PERSONAL_DATA
    return tuple(found)


def get_personal_models() -> list[PersonalModel]:
    """Return the models that hold something of a person and belong to no other one."""
    return [one for one in get_all_personal_models() if get_parent(one) is None]


def get_all_personal_models() -> list[PersonalModel]:
    """Return the models that hold something of a person."""
    return [one for one in get_declarations() if isinstance(one, PersonalModel)]


def get_parts(model: type[models.Model]) -> list[PersonalModel]:
    """Return the models whose rows are part of the rows of ``model``."""
    return [one for one in get_all_personal_models() if get_parent(one) is model]


def get_computed_data() -> list[ComputedData]:
    """Return what is computed for an export."""
    return [one for one in get_declarations() if isinstance(one, ComputedData)]


def get_expiries() -> list[Expiry]:
    """Return what ends by itself."""
    return [one for one in get_declarations() if isinstance(one, Expiry)]


def find_declaration(model: Any) -> Declaration | None:
    """Return the entry of a model, None without one."""
    for one in get_declarations():
        if isinstance(one, PersonalModel | ImpersonalModel) and one.model is model:
            return one
    return None
