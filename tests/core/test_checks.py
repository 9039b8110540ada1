"""System checks of what a site stands on: each has a stable id and a hint."""

import re
import tomllib
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.db.models import Value
from django.db.models.signals import post_save, pre_save
from django.test import override_settings

import cx_feedback
from cx_feedback.core import checks
from cx_feedback.core.rooms import room_libraries
from cx_feedback.readers.models import Activity, Consent, VisitDay


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


class Receiver:
    def __call__(self, **kwargs):
        pass


def test_models_that_need_save(settings, monkeypatch):
    assert ids(checks.check_fast_inserts(None)) == []
    receiver = Receiver()
    post_save.connect(receiver, sender=VisitDay)
    pre_save.connect(receiver, sender=Consent)  # never inserted fast
    post_save.connect(receiver)  # for all models, as search indexes are
    monkeypatch.setattr(Activity._meta.get_field("kind"), "db_default", Value("x"))
    try:
        found = checks.check_fast_inserts(None)
        settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "FAST_INSERTS": False}
        assert checks.check_fast_inserts(None) == []
    finally:
        post_save.disconnect(receiver, sender=VisitDay)
        pre_save.disconnect(receiver, sender=Consent)
        post_save.disconnect(receiver)
    assert ids(found) == ["E007", "E007"]
    assert [(m.obj, m.msg.partition("save(), but ")[2]) for m in found] == [
        (Activity, "the database sets 'kind'."),
        (VisitDay, f"post_save of it calls {__name__}.Receiver."),
    ]


def test_naive_datetimes():
    assert ids(checks.check_time_zones(None)) == []
    with override_settings(USE_TZ=False):
        assert ids(checks.check_time_zones(None)) == ["E005"]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        (None, "is not set"),
        ("http://localhost:8131", "is “http://localhost:8131”, an address of this machine only"),
        ("http://[::1]:8000", "is “http://[::1]:8000”, an address of this machine only"),
        ("http://example.com", "is “http://example.com”, a placeholder"),
        ("magazine.example", "is “magazine.example”, which names no host after https://"),
    ],
)
def test_no_base_url(settings, url, problem):
    settings.WAGTAILADMIN_BASE_URL = url
    (warning,) = checks.check_base_url(None)
    assert warning.id == "cx_feedback.W004"
    assert warning.msg == f"WAGTAILADMIN_BASE_URL {problem}."
    settings.DEBUG = True  # as the doctor asks no site under development for a public address
    assert checks.check_base_url(None) == []


def test_a_base_url(settings):
    settings.WAGTAILADMIN_BASE_URL = "https://magazine.example"
    assert checks.check_base_url(None) == []


@pytest.mark.parametrize(
    ("hosts", "url", "expected"),
    [
        (["localhost", "127.0.0.1", "[::1]"], "http://127.0.0.1:8000", []),
        (["localhost"], "http://example.com", ["W004"]),  # behind a proxy that changes the host
        (["localhost"], None, ["W004"]),
        (["localhost", "magazine.example"], "http://localhost", ["W004"]),
        (["*"], "http://localhost", ["W004"]),
        ([], "http://localhost", ["W004"]),
    ],
)
def test_a_site_of_this_machine_alone_has_its_base_url(settings, hosts, url, expected):
    settings.ALLOWED_HOSTS, settings.WAGTAILADMIN_BASE_URL = hosts, url
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


def test_a_library_that_a_room_needs(monkeypatch):
    assert ids(checks.check_libraries(None)) == []
    monkeypatch.setattr(
        room_libraries, "find_spec", lambda name: None if name == "scipy" else object()
    )
    messages = checks.check_libraries(None)
    assert ids(messages) == ["E006"] * 3
    assert "The room loyalty needs scipy." in [message.msg for message in messages]
    assert "Install wagtail-cx-feedback[loyalty]." in [message.hint for message in messages]
    assert "cx_feedback.comments" in room_libraries.get_usable_rooms()
    assert "cx_feedback.loyalty" not in room_libraries.get_usable_rooms()


def test_each_room_has_the_extra_that_the_check_names():
    root = Path(cx_feedback.__file__).parent.parent
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extras = {
        name: {re.split(r"(?:-py)?[<>=]", pin)[0].replace("-", "_") for pin in pins}
        for name, pins in project["optional-dependencies"].items()
    }
    for room, libraries in room_libraries.LIBRARIES.items():
        needed = extras[room]
        if room == "nps":
            assert needed == {"wagtail_cx_feedback[surveys]"}
            needed = extras["surveys"]
        assert needed == {*libraries}
        assert room in project["optional-dependencies"]["all"][0]
    base = {re.split(r"[<>=]", pin)[0].replace("-", "_") for pin in project["dependencies"]}
    assert not base & {name for names in room_libraries.LIBRARIES.values() for name in names}
