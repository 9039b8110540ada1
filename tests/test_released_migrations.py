"""From 0.9.0 on migrations are only added: those that a release has stay as they were.

When this fails, put the migration back and write what is new into one more migration.
"""

import shutil

import pytest

import cx_feedback
from tests import initial_migrations, released_migrations
from tests.messages import ROOT
from tests.released_migrations import (
    add_release,
    find_changes,
    find_unlisted,
    load_releases,
    name_targets,
    read_files,
)

INITIAL = "cx_feedback/mail/migrations/0001_initial.py"


@pytest.fixture
def copy(tmp_path):
    """A copy of all migrations, where ``released.json`` lists them as those of 1.0.0."""
    for path in read_files():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    add_release("1.0.0", tmp_path / "released.json", tmp_path)
    return tmp_path


def compare(copy):
    return find_changes(load_releases(copy / "released.json"), read_files(copy))


def test_released_migrations_stay():
    assert find_changes(load_releases(), read_files()) == []


def test_a_release_lists_all_its_migrations():
    """A version in work (``.dev0``) has some that no release has."""
    if not cx_feedback.__version__.endswith(".dev0"):
        assert [*load_releases()][-1] == cx_feedback.__version__
        assert find_unlisted(load_releases(), read_files()) == []


def test_each_app_has_a_released_migration():
    targets = name_targets(next(iter(load_releases().values())))
    assert targets.keys() == {
        path.parts[0] + "." + path.parts[1]
        for path in (one.relative_to(ROOT) for one in ROOT.glob("cx_feedback/*/migrations"))
    }


def test_a_changed_migration_is_found(copy):
    assert compare(copy) == []
    path = copy / INITIAL
    path.write_text(path.read_text().replace("max_length", "max_length ", 1))
    assert compare(copy) == [f"{INITIAL} of 1.0.0 changed"]


def test_changed_operations_are_found(copy):
    """Initial migrations import what models cannot say from the file beside them."""
    (copy / "cx_feedback/readers/migrations/_operations.py").write_text("OPERATIONS = []\n")
    assert len(compare(copy)) == 1


def test_a_lost_migration_is_found(copy):
    (copy / INITIAL).unlink()
    assert compare(copy) == [f"{INITIAL} of 1.0.0 is gone"]


def test_a_migration_may_be_added_and_belongs_to_the_next_release(copy):
    added = "cx_feedback/mail/migrations/0002_more.py"
    (copy / added).write_text("# more\n")
    assert compare(copy) == []
    listed = copy / "released.json"
    assert find_unlisted(load_releases(listed), read_files(copy)) == [added]
    assert add_release("1.1.0", listed, copy) == [added]
    releases = load_releases(listed)
    assert [*releases] == ["1.0.0", "1.1.0"]
    assert [*releases["1.1.0"]] == [added]
    assert name_targets(releases["1.0.0"])["cx_feedback.mail"] == "0001_initial"
    (copy / added).write_text("# otherwise\n")
    assert compare(copy) == [f"{added} of 1.1.0 changed"]


def test_a_release_is_not_listed_over_a_changed_one(copy):
    (copy / INITIAL).write_text("# anew\n")
    before = (copy / "released.json").read_text()
    with pytest.raises(SystemExit, match=r"of 1\.0\.0 changed"):
        add_release("1.1.0", copy / "released.json", copy)
    assert (copy / "released.json").read_text() == before
    with pytest.raises(SystemExit, match="no release"):
        add_release("1.1.0.dev0", copy / "released.json", copy)


def test_initial_migrations_are_not_written_anew_after_a_release(copy, monkeypatch):
    monkeypatch.setattr(released_migrations, "FILE", copy / "released.json")
    before = read_files()
    with pytest.raises(SystemExit, match="makemigrations"):
        initial_migrations.main()
    assert read_files() == before
