"""Each examination of the surroundings is broken in one way, named, and mended by its line."""

import ast
import datetime
from types import ModuleType, SimpleNamespace

import pytest
from celery import Celery
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.models import Site

from cx_feedback.core.health import (
    databases,
    group_permissions,
    servers,
    site_addresses,
    system_checks,
)
from tests.health.conftest import codes, only
from tests.messages import ROOT

pytestmark = pytest.mark.django_db
OURS = path("feedback/", include("cx_feedback.urls"))
WAGTAIL = path("", include(wagtail_urls))


def use_urls(settings, *patterns):
    urls = ModuleType("urls")
    urls.urlpatterns = [*patterns]
    settings.ROOT_URLCONF = urls


def paste(line, **names):
    """Run a line of Python, as somebody who pastes it; return the names that it knows."""
    exec(line, names)
    return names


def test_addresses_that_are_missing(settings):
    assert list(site_addresses.examine_urls()) == []
    use_urls(settings, WAGTAIL)
    finding = only(site_addresses.examine_urls())
    assert (finding.code, finding.level) == ("no-urls", "error")
    pasted = paste(f"patterns = [{finding.line_to_paste}\n]", path=path, include=include)
    use_urls(settings, *pasted["patterns"], WAGTAIL)
    assert list(site_addresses.examine_urls()) == []


def test_addresses_that_come_too_late(settings):
    patterns = [path("feedback/<path:rest>", lambda request, rest: None), OURS]
    use_urls(settings, *patterns)
    finding = only(site_addresses.examine_urls())
    assert finding.code == "urls-too-late"
    assert "/feedback/api/v1/schema/" in finding.what
    paste(finding.line_to_paste, urlpatterns=patterns, path=path, include=include)
    use_urls(settings, *patterns)
    assert list(site_addresses.examine_urls()) == []


def test_a_site_that_is_a_placeholder(home):
    finding = only(site_addresses.examine_sites())
    assert finding.code == "placeholder-site"
    assert "“localhost”" in finding.what
    paste(finding.line_to_paste, Site=Site)
    assert list(site_addresses.examine_sites()) == []


def test_a_site_under_development_is_no_placeholder(home, settings):
    settings.DEBUG = True
    assert list(site_addresses.examine_sites()) == []


def test_a_site_of_this_machine_alone_is_no_placeholder(home, settings):
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    settings.WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"
    assert list(site_addresses.examine_sites()) == []


def test_a_host_that_django_refuses(home, settings):
    Site.objects.update(hostname="magazine.example", port=443)
    settings.ALLOWED_HOSTS = ["other.example"]
    finding = only(site_addresses.examine_sites())
    assert finding.code == "host-refused"
    settings.ALLOWED_HOSTS = paste(finding.line_to_paste, ALLOWED_HOSTS=["other.example"])[
        "ALLOWED_HOSTS"
    ]
    assert list(site_addresses.examine_sites()) == []


def test_no_site_at_all(home):
    from wagtail.models import Page

    Site.objects.all().delete()
    finding = only(site_addresses.examine_sites())
    assert finding.code == "no-site"
    paste(finding.line_to_paste, Site=Site, Page=Page)
    assert list(site_addresses.examine_sites()) == []


def test_migrations_that_are_missing(monkeypatch):
    assert "not-migrated" not in codes(databases.examine_databases())
    left = SimpleNamespace(app_label="cx_feedback_surveys", name="0009_more")
    theirs = SimpleNamespace(app_label="tests_site", name="0002_more")
    monkeypatch.setattr(
        databases.MigrationExecutor,
        "migration_plan",
        lambda self, targets: [(left, False), (theirs, False)],
    )
    found = [f for f in databases.examine_databases() if f.code == "not-migrated"]
    finding = only(found)
    assert "cx_feedback_surveys.0009_more" in finding.what
    assert "tests_site" not in finding.what
    assert finding.line_to_paste == "python manage.py migrate --database default"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the locks of SQLite")
def test_locks_of_sqlite(monkeypatch):
    finding = only(databases.examine_databases())
    assert finding.code == "sqlite-locks"
    pasted = paste(finding.line_to_paste, DATABASES={"default": {}})["DATABASES"]
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", pasted["default"]["OPTIONS"])
    assert list(databases.examine_databases()) == []


def test_the_options_of_sqlite_are_those_of_the_documents():
    line = databases.SQLITE_LOCKS.line
    options = paste(line, DATABASES={"$alias": {}})["DATABASES"]["$alias"]["OPTIONS"]
    page = (ROOT / databases.SQLITE_LOCKS.docs_page).read_text(encoding="utf-8")
    shown = page.partition('"OPTIONS": {')[2].partition("}")[0]
    assert ast.literal_eval(f"{{{shown}}}") == options


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a server with a clock of its own")
def test_clocks_that_differ(monkeypatch):
    assert list(databases.examine_databases()) == []
    moment = databases.timezone.now() + datetime.timedelta(minutes=2)
    monkeypatch.setattr(databases.timezone, "now", lambda: moment)
    finding = only(databases.examine_databases())
    assert finding.code == "clock-skew"
    assert "set-ntp" in finding.line_to_paste


def test_a_time_zone_of_celery(settings, monkeypatch):
    app = Celery("other", set_as_current=False)
    app.conf.broker_url = "memory://"
    app.conf.timezone = "America/Lima"
    monkeypatch.setattr(databases, "current_app", app)
    finding = only(databases.examine_time_zone())
    assert finding.code == "celery-time-zone"
    assert "America/Lima" in finding.what
    pasted = paste(finding.line_to_paste, TIME_ZONE=settings.TIME_ZONE)
    mended = Celery("mended", set_as_current=False)
    mended.conf.broker_url, mended.conf.timezone = "memory://", pasted["CELERY_TIMEZONE"]
    monkeypatch.setattr(databases, "current_app", mended)
    assert list(databases.examine_time_zone()) == []


class BrokenCache:
    def set(self, *args):
        raise ConnectionError("away")


def test_a_cache_that_is_away(monkeypatch):
    assert list(servers.examine_cache()) == []
    monkeypatch.setattr(servers, "caches", {"default": BrokenCache()})
    finding = only(servers.examine_cache())
    assert finding.code == "cache-away"
    assert "BrokenCache" in finding.what
    assert "ConnectionError" in finding.what
    assert paste(finding.line_to_paste)["CACHES"]["default"]["OPTIONS"]["socket_timeout"] == 1
    monkeypatch.setattr(servers, "caches", caches)
    assert list(servers.examine_cache()) == []


def test_a_cache_that_forgets(monkeypatch):
    monkeypatch.setattr(caches["default"], "get", lambda key: None)
    assert codes(servers.examine_cache()) == ["cache-away"]


def make_app(url):
    app = Celery("doctor", set_as_current=False)
    app.conf.broker_url = url
    return app


def test_a_broker_in_memory(monkeypatch):
    assert list(servers.examine_broker()) == []  # tasks of the tests run at once
    monkeypatch.setattr(servers, "current_app", make_app("memory://"))
    finding = only(servers.examine_broker())
    assert finding.code == "broker-in-memory"
    assert paste(finding.line_to_paste)["CELERY_BROKER_URL"].startswith("redis://")


def test_a_broker_that_refuses_and_its_password(monkeypatch):
    monkeypatch.setattr(servers, "current_app", make_app("redis://:secret@127.0.0.1:1/0"))
    finding = only(servers.examine_broker())
    assert finding.code == "broker-away"
    assert "127.0.0.1:1" in finding.what
    assert "secret" not in finding.what
    assert paste(finding.line_to_paste)["CELERY_BROKER_URL"].startswith("redis://")


def test_a_broker_that_answers(monkeypatch, tmp_path):
    app = make_app("filesystem://")
    app.conf.broker_transport_options = dict.fromkeys(
        ("data_folder_in", "data_folder_out", "control_folder"), str(tmp_path)
    )
    monkeypatch.setattr(servers, "current_app", app)
    assert list(servers.examine_broker()) == []


def test_a_site_without_celery_has_no_broker(monkeypatch):
    monkeypatch.setattr(servers, "current_app", make_app("memory://"))
    monkeypatch.setattr(servers, "has_broker", lambda app: False)
    assert list(servers.examine_broker()) == []


def make_staff(*permissions):
    user = get_user_model().objects.create_user("ana", "ana@example.org", "x")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"), *permissions)
    return user


def test_nobody_may_work():
    assert list(group_permissions.examine_permissions()) == []
    user = make_staff()
    finding = only(group_permissions.examine_permissions())
    assert finding.code == "nobody-may-work"
    command, _hash, then = finding.line_to_paste.partition("  # ")
    assert "add people to a group" in then
    assert "Feedback moderators, Feedback editors" in finding.what
    assert finding.docs_page == "docs/how-to/permissions.md"
    call_command(*command.split()[2:], verbosity=0)
    # Groups alone cure nothing: people must be in them.
    finding = only(group_permissions.examine_permissions())
    assert (finding.code, finding.line_to_paste) == ("nobody-in-groups", "")
    assert "add people under Settings, Users" in finding.what
    user.groups.add(Group.objects.get(name="Feedback editors"))
    assert list(group_permissions.examine_permissions()) == []


def test_a_group_of_before_a_room():
    call_command("cx_groups", verbosity=0)
    editors = Group.objects.get(name="Feedback editors")
    editors.permissions.remove(
        *editors.permissions.filter(content_type__app_label="cx_feedback_nps")
    )
    finding = only(group_permissions.examine_permissions())
    assert finding.code == "group-out-of-date"
    assert "cx_feedback_nps" in finding.what
    call_command(*finding.line_to_paste.split()[2:], verbosity=0)
    assert list(group_permissions.examine_permissions()) == []


def test_a_permission_that_was_taken_away_on_purpose():
    call_command("cx_groups", verbosity=0)
    editors = Group.objects.get(name="Feedback editors")
    editors.permissions.remove(Permission.objects.get(codename="delete_survey"))
    assert list(group_permissions.examine_permissions()) == []


def test_no_permissions_in_the_database():
    Permission.objects.filter(content_type__app_label__startswith="cx_feedback").delete()
    finding = only(group_permissions.examine_permissions())
    assert finding.code == "no-permissions"
    call_command(*finding.line_to_paste.split()[2:], verbosity=0)
    assert list(group_permissions.examine_permissions()) == []


FILES = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": "/tmp/x"}


@pytest.mark.parametrize(
    ("check_id", "name", "broken"),
    [
        (
            "cx_feedback.W003",
            "CACHES",
            {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        ),
        ("cx_feedback.W004", "WAGTAILADMIN_BASE_URL", "http://example.com"),
        ("cx_feedback.E005", "USE_TZ", False),
        ("cx_feedback.E002", "CX_FEEDBACK", 7),
    ],
)
def test_settings_that_a_check_finds(settings, check_id, name, broken):
    settings.CACHES = {"default": FILES}
    settings.WAGTAILADMIN_BASE_URL = "https://magazine.example"
    assert [f for f in system_checks.examine_system_checks() if f.code == check_id] == []
    setattr(settings, name, broken)
    finding = only(f for f in system_checks.examine_system_checks() if f.code == check_id)
    setattr(settings, name, paste(finding.line_to_paste)[name])
    assert [f for f in system_checks.examine_system_checks() if f.code == check_id] == []


def test_what_a_check_says_and_one_that_is_silenced(settings):
    settings.CX_FEEDBACK = {"PERIOD": "year"}
    finding = only(f for f in system_checks.examine_system_checks() if f.code.endswith("E001"))
    assert "'PERIOD'" in finding.what
    assert finding.docs_page == "docs/reference/settings.md"
    settings.SILENCED_SYSTEM_CHECKS = ["cx_feedback.E001", "treebeard.E001"]
    assert "cx_feedback.E001" not in codes(system_checks.examine_system_checks())


def test_errors_of_other_apps_are_said_too(monkeypatch):
    from django.core.checks import Error

    other = Error("No such app.", hint="Install it.", id="other.E001")
    monkeypatch.setattr(
        system_checks, "run_checks", lambda tags=None, **more: [] if tags else [other]
    )
    finding = only(system_checks.examine_system_checks())
    assert (finding.code, finding.level) == ("other.E001", "error")
    assert "Install it." in finding.what
