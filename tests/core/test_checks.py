"""System checks of what a site stands on: each has a stable id and a hint."""

import pytest
from django.core.checks import run_checks
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


REDIS = "django.core.cache.backends.redis.RedisCache"
DJANGO_REDIS = "django_redis.cache.RedisCache"
MEMCACHED = "django.core.cache.backends.memcached.PyMemcacheCache"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"BACKEND": REDIS, "LOCATION": "redis://cache:6379/0"}, ["W005"]),
        ({"BACKEND": REDIS, "LOCATION": "redis://cache:6379/0?socket_timeout=1"}, []),
        (
            {"BACKEND": REDIS, "LOCATION": ["redis://a?socket_timeout=1", "redis://b"]},
            ["W005"],
        ),
        ({"BACKEND": REDIS, "OPTIONS": {"socket_connect_timeout": 1}}, ["W005"]),
        ({"BACKEND": REDIS, "OPTIONS": {"socket_timeout": 1}}, []),
        ({"BACKEND": DJANGO_REDIS, "OPTIONS": {"SOCKET_TIMEOUT": 1}}, []),
        (
            {
                "BACKEND": DJANGO_REDIS,
                "OPTIONS": {"CONNECTION_POOL_KWARGS": {"socket_timeout": 1}},
            },
            [],
        ),
        ({"BACKEND": MEMCACHED, "LOCATION": "cache:11211"}, ["W005"]),
        ({"BACKEND": MEMCACHED, "OPTIONS": {"timeout": 1}}, []),
        ({"BACKEND": "django.core.cache.backends.memcached.PyLibMCCache"}, []),
        ({"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}, []),
        ({"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "table"}, []),
    ],
)
def test_a_cache_without_a_timeout(settings, entry, expected):
    settings.CACHES = {"default": entry}
    messages = checks.check_cache_timeouts(None)
    assert ids(messages) == expected
    assert all("'default'" in message.msg for message in messages)


def test_a_cache_without_a_timeout_is_said_when_deploying_only(settings):
    settings.CACHES = {"default": {"BACKEND": REDIS, "LOCATION": "redis://cache:6379/0"}}

    def found(deploy):
        checked = run_checks(tags=["cx_feedback"], include_deployment_checks=deploy)
        return "cx_feedback.W005" in [message.id for message in checked]

    assert found(deploy=True)
    assert not found(deploy=False)
