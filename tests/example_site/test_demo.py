"""The demo says so when its data are those of another development version."""

import pytest

from example_site import demo

pytestmark = pytest.mark.slow  # a whole site, with its own pins


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "DEMO_DIR", tmp_path / "demo")
    return tmp_path / "demo"


def test_a_new_demo_begins_and_goes_on(folder):
    demo.check_data()
    noted = folder / "schema-version"
    assert noted.read_text() == demo.schema_version()
    (folder / "db.sqlite3").touch()
    demo.check_data()
    assert noted.read_text() == demo.schema_version()


def test_data_from_before_versions_were_noted_are_refused(folder):
    folder.mkdir()
    (folder / "db.sqlite3").touch()
    with pytest.raises(demo.DemoError, match="To begin anew, delete that folder"):
        demo.check_data()


def test_data_of_another_version_are_refused_on_any_database(folder, monkeypatch):
    demo.check_data()
    monkeypatch.setattr(demo, "schema_version", lambda: "another")
    with pytest.raises(demo.DemoError, match="make demo DEMO_DIR="):
        demo.check_data()
