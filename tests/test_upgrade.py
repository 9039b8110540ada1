"""Upgrades keep all rows, from the tables of the first release on, and lock none of them."""

import json
import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests import released_migrations
from tests.messages import ROOT
from tests.upgrade import locks


def upgrade(database, *arguments, module="tests.upgrade", **environment):
    """Run it in a process of its own: the suite's tables were made without migrations."""
    kept = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**kept, "DATABASE_URL": database, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def sqlite(tmp_path):
    return f"sqlite:///{tmp_path / 'db.sqlite3'}"


@pytest.fixture
def postgres():
    """An empty database beside the one of the suite."""
    psycopg = pytest.importorskip("psycopg")
    url = urlsplit(os.environ["DATABASE_URL"])
    name = f"{url.path[1:]}_upgrade_{os.getpid()}"
    server = psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True)
    server.execute(f'CREATE DATABASE "{name}"')
    yield url._replace(path=f"/{name}").geturl()
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    server.close()


@pytest.mark.slow
def test_rows_of_the_release_stay_whole_on_sqlite(sqlite):
    told = upgrade(sqlite)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "sqlite: " in told.stdout


@pytest.mark.services
def test_rows_of_the_release_stay_whole_on_postgresql(postgres):
    assert settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    told = upgrade(postgres)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "postgresql: " in told.stdout


FADING = {"DJANGO_SETTINGS_MODULE": "tests.upgrade.fading.settings"}
RENAMED = {"fading_note.weight": "mass"}
GONE = {"fading_note.weight": ""}


@pytest.mark.parametrize(
    ("end", "changes", "lost"),
    [
        ("0002_added", {}, []),
        ("0003_lost_column", {}, ["forwards: fading_note.weight", "backwards: fading_note.weight"]),
        ("0003_lost_column", GONE, []),
        ("0003_lost_row", {}, ["forwards: fading_note.text", "backwards: fading_note.text"]),
        ("0003_changed_value", {}, ["forwards: fading_note.text: ['text 1 ñ', ''] became"]),
        ("0003_lost_table", {}, ["forwards: fading_note.id", "backwards: fading_note.id"]),
        ("0003_renamed_column", {}, ["forwards: fading_note.weight"]),
        ("0003_renamed_column", RENAMED, []),
    ],
)
def test_what_a_migration_loses_is_found(sqlite, end, changes, lost):
    changed = {"CX_CHANGES": json.dumps(changes)}
    told = upgrade(sqlite, f"fading=0001_initial:{end}", **FADING, **changed)
    assert told.returncode == bool(lost), told.stdout + told.stderr
    assert told.stdout.startswith("sqlite: 1 tables, 2 rows\n"), told.stderr
    for words in lost:
        assert f"\n{words}" in told.stdout


@pytest.mark.services
def test_added_migrations_lock_nothing(postgres):
    told = upgrade(postgres, module="tests.upgrade.locks")
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.services
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("0002_added", ""),
        ("0003_locking_column", "NOT NULL constraint on columns"),
        ("0003_locking_index", "CREATE INDEX locks table"),
        ("0003_lost_column", "DROPPING columns"),
        ("0003_renamed_column", "RENAMING columns"),
    ],
)
def test_a_migration_that_locks_is_refused(postgres, name, words):
    told = upgrade(postgres, f"fading.{name}", module="tests.upgrade.locks", **FADING)
    assert told.returncode == bool(words), told.stdout + told.stderr
    assert words in told.stdout


def test_added_migrations_are_those_that_the_first_release_lacks(monkeypatch):
    releases = released_migrations.load_releases()
    first = dict(next(iter(releases.values())))
    del first["cx_feedback/mail/migrations/0001_initial.py"]
    monkeypatch.setattr(released_migrations, "load_releases", lambda: {"0.9.0": first})
    assert "cx_feedback_mail.0001_initial" in locks.list_added()
