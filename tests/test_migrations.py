"""Migrations of the rooms: they run on the oldest Django and Wagtail that the README names."""

import ast
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations import Migration
from django.db.migrations.migration import SwappableTuple

from tests.messages import ROOT

#: The last migration of each app of others in Django 5.2 and Wagtail 7.4, with their own oldest
#: requirements. A later one is a node that sites on those versions do not have.
OLDEST = {
    "auth": "0012_alter_user_first_name_max_length",
    "contenttypes": "0002_remove_content_type_name",
    "sessions": "0001_initial",
    "taggit": "0005_auto_20220424_2025",
    "wagtailadmin": "0006_formstate",
    "wagtailcore": "0097_baselogentry_uuid_action_timestamp_indexes",
    "wagtaildocs": "0014_alter_document_file_size",
    "wagtailimages": "0027_image_description",
    "wagtailusers": "0015_userprofile_keyboard_shortcuts",
}
#: Wagtail 8 alone has WAGTAIL_PAGE_MODEL, which ``makemigrations`` writes there; ``swapper`` says
#: the same of any version: ``swapper.dependency("wagtailcore", "Page")`` and
#: ``swapper.get_model_name("wagtailcore", "Page")``.
SETTINGS = {"AUTH_USER_MODEL"}
FILES = sorted(ROOT.glob("cx_feedback/*/migrations/0*.py"))


def newer_nodes(dependencies: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those of ``dependencies`` that the oldest supported versions do not have."""
    return [
        (label, name)
        for label, name in dependencies
        if not label.startswith("cx_feedback")
        and name not in ("__first__", "__latest__")
        and (label not in OLDEST or name > OLDEST[label])
    ]


def settings_read(source: str) -> Iterator[str]:
    """Iterate over the names of settings that a migration reads."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "settings":
            yield node.attr


def load(path: Path) -> type[Migration]:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return import_module(".".join(parts)).Migration


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_migration_runs_on_the_oldest_versions(path):
    assert set(settings_read(path.read_text())) <= SETTINGS
    migration = load(path)
    assert newer_nodes([*migration.dependencies, *migration.run_before]) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_what_a_migration_depends_on_is_installed(path):
    """Look at the installed versions: the suite runs on the oldest and on the newest."""
    for dependency in load(path).dependencies:
        label, name = dependency
        if isinstance(dependency, SwappableTuple) or name.startswith("__"):
            continue
        module = f"{apps.get_app_config(label).name}.migrations.{name}"
        assert find_spec(module), f"{module} is not there"


def test_what_is_too_new_is_found():
    assert newer_nodes([("wagtailcore", "0098_apitoken")]) == [("wagtailcore", "0098_apitoken")]
    assert newer_nodes([("wagtailcore", "0094_alter_page_locale"), ("auth", "__first__")]) == []
    assert newer_nodes([("somebodys_app", "0001_initial")]) == [("somebodys_app", "0001_initial")]
    assert [*settings_read("to=settings.WAGTAIL_PAGE_MODEL")] == ["WAGTAIL_PAGE_MODEL"]
