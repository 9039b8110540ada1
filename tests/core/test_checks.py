"""System checks of what a site stands on: each has a stable id and a hint."""

import pytest
from django.db import connection
from django.test import override_settings

from cx_feedback.core import checks


def ids(messages):
    assert all(message.hint for message in messages)
    return [message.id.removeprefix("cx_feedback.") for message in messages]


def test_an_app_that_is_missing(monkeypatch):
    assert ids(checks.check_needed_apps(None)) == []
    monkeypatch.setattr(checks.apps, "is_installed", lambda name: name != "rest_framework")
    [message] = checks.check_needed_apps(None)
    assert (ids([message]), "'rest_framework'" in message.msg) == (["E003"], True)


def test_a_database_that_is_not_supported(monkeypatch):
    assert ids(checks.check_databases(None)) == []
    monkeypatch.setattr(connection, "vendor", "mysql")
    monkeypatch.setattr(connection, "display_name", "MariaDB")
    [message] = checks.check_databases(None)
    assert (ids([message]), "MariaDB" in message.msg) == (["E004"], True)


def test_naive_datetimes():
    assert ids(checks.check_time_zones(None)) == []
    with override_settings(USE_TZ=False):
        assert ids(checks.check_time_zones(None)) == ["E005"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (None, ["W004"]),
        ("http://localhost:8000", ["W004"]),
        ("http://example.com", ["W004"]),
        ("https://magazine.example", []),
    ],
)
def test_no_base_url(settings, url, expected):
    settings.WAGTAILADMIN_BASE_URL = url
    assert ids(checks.check_base_url(None)) == expected
