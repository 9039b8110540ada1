"""Every field of every model is declared: what it holds of a person, or why nothing."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import models

from cx_feedback.core.privacy import registry
from cx_feedback.core.privacy.personal_data import (
    Erasure,
    ImpersonalModel,
    PersonalModel,
    get_parent,
    personal_fields,
)
from cx_feedback.core.retention_periods import PERIODS

PERSONAL = registry.get_all_personal_models()
ENTRIES = [one for one in registry.get_declarations() if hasattr(one, "model")]


def get_models():
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("cx_feedback.")
        for model in config.get_models()
    ]


def get_field_names(model):
    """Return the fields that a declaration must name: without Wagtail's and the number of a row."""
    foreign = {
        field.name
        for base in model.__mro__
        if getattr(getattr(base, "_meta", None), "abstract", False)
        and not base.__module__.startswith("cx_feedback.")
        and base.__module__ != "wagtail.contrib.settings.models"
        for field in base._meta.local_fields
    }
    named = {"sort_order"} & {field.name for field in model._meta.fields}
    fields = (*model._meta.local_concrete_fields, *model._meta.local_many_to_many)
    return named | {
        field.name
        for field in fields
        if field.name not in foreign and not isinstance(field, models.AutoField)
    }


def find_undeclared(model, entry):
    """Return the fields of ``model`` that ``entry`` forgets, and those that it names in vain."""
    declared = set(entry.declared_names if entry else ())
    return get_field_names(model) ^ declared


@pytest.mark.parametrize("model", get_models(), ids=lambda model: model._meta.label)
def test_each_field_is_declared(model):
    """Say in the room's ``personal`` module what the field holds of a person, or why nothing."""
    assert find_undeclared(model, registry.find_declaration(model)) == set()


def test_a_field_that_nobody_declared_is_found():
    entry = registry.find_declaration(apps.get_model("cx_feedback_readers", "Tombstone"))
    short = ImpersonalModel(entry.model, {"a reason": "kind key"})
    assert find_undeclared(entry.model, short) == {"at"}
    assert find_undeclared(entry.model, None) == {"kind", "key", "at"}


def test_each_model_and_field_is_declared_once():
    assert max(Counter(one.model for one in ENTRIES).values()) == 1
    for one in ENTRIES:
        assert max(Counter(one.declared_names).values()) == 1, one.model


def test_reasons_are_given():
    for one in ENTRIES:
        assert all(reason.strip() for reason in one.others), one.model
    for one in PERSONAL:
        assert str(one.purpose).endswith("."), one.model
        assert one.fields, one.model


@pytest.mark.parametrize("entry", PERSONAL, ids=lambda one: one.model._meta.label)
def test_what_stays_after_an_erasure_says_why(entry):
    kept = [one.name for one in entry.fields if one.kept]
    if entry.erasure == Erasure.DELETED:
        assert kept == []  # nothing of a deleted row stays
    else:
        assert kept


@pytest.mark.parametrize("entry", PERSONAL, ids=lambda one: one.model._meta.label)
def test_periods_are_those_of_the_list(entry):
    named = {*entry.retention, *(name for one in entry.fields for name in one.retention)}
    assert named <= set(PERIODS)


def test_parts_belong_to_a_declared_model():
    whole = {one.model for one in PERSONAL}
    for one in PERSONAL:
        parent = get_parent(one)
        assert parent is None or parent in whole


def test_names_of_fields_in_exports_differ_within_a_row():
    for one in PERSONAL:
        names = [field.exported_name for field in one.fields if not field.withheld]
        names += [part.section for part in registry.get_parts(one.model)] + list(one.label)
        assert len(names) == len(set(names)), one.model


def test_names_can_be_given_another_in_exports():
    first, second = personal_fields("contact", "author_name=name email")
    assert (first.name, first.exported_name, second.exported_name) == (
        "author_name",
        "name",
        "email",
    )


def test_an_app_of_the_site_can_declare_its_own(monkeypatch):
    from tests.privacy import own_declaration

    registry.get_declarations.cache_clear()
    config = apps.get_app_config("tests_site")
    monkeypatch.setattr(config, "personal_data", own_declaration.__name__, raising=False)
    try:
        assert own_declaration.PERSONAL_DATA[0] in registry.get_declarations()
    finally:
        registry.get_declarations.cache_clear()


def test_models_of_all_rooms_are_declared():
    assert {one.model for one in ENTRIES} == set(get_models())
    assert any(isinstance(one, PersonalModel) for one in ENTRIES)
