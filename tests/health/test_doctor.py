"""The command, the runner and the Health page."""

import io
import json
import time

import pytest
from django.core.management import CommandError, call_command

from cx_feedback.core.health import registry, runner
from cx_feedback.core.health.findings import Level, Problem
from cx_feedback.core.health.registry import Examination
from tests.health.conftest import codes

PAGE = "docs/explanation/mail.md"
BROKEN = Problem("broken", Level.ERROR, "Broken: %(name)s.", 'NAME = "$name"', PAGE)
ODD = Problem("odd", Level.WARNING, "Odd.")


def make(name, examine, **fields):
    return Examination(name, name.title(), examine, (BROKEN, ODD), **fields)


def find_both():
    yield BROKEN.build_finding(name="x")
    yield ODD.build_finding()


def run_command(monkeypatch, *examinations, **options):
    monkeypatch.setattr(runner, "get_examinations", lambda: list(examinations))
    out = io.StringIO()
    try:
        call_command("cx_doctor", stdout=out, no_color=True, **options)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


def test_what_the_command_says(monkeypatch):
    out, code = run_command(monkeypatch, make("cache", find_both), make("mail", list))
    assert code == 1
    assert out.splitlines() == [
        "Cache: error broken",
        "  Broken: x.",
        '    NAME = "x"',
        "  https://github.com/wagtail-cx-feedback/wagtail-cx-feedback/blob/main/docs/explanation/mail.md",
        "Cache: warning odd",
        "  Odd.",
        "  https://github.com/wagtail-cx-feedback/wagtail-cx-feedback/blob/main/docs/reference/doctor.md#odd",
    ]


def test_warnings_alone_are_no_failure(monkeypatch):
    assert run_command(monkeypatch, make("cache", lambda: [ODD.build_finding()]))[1] == 0
    out, code = run_command(monkeypatch, make("cache", list), verbosity=2)
    assert (out, code) == ("Cache: good\nNothing found in 1 examinations.\n", 0)


def test_json(monkeypatch):
    out, code = run_command(monkeypatch, make("cache", find_both), json=True)
    [examined] = json.loads(out)["examinations"]
    assert (examined["examination"], code) == ("cache", 1)
    assert examined["findings"][0] == {
        "level": "error",
        "code": "broken",
        "what": "Broken: x.",
        "line_to_paste": 'NAME = "x"',
        "docs_page": "docs/explanation/mail.md",
        "is_in_english": False,
    }


def test_an_exception_is_a_finding(monkeypatch):
    def fail():
        raise RuntimeError("secret words")
        yield

    out, code = run_command(monkeypatch, make("cache", fail), make("mail", find_both))
    assert "unknown failed" in out
    assert "RuntimeError in " in out
    assert "secret words" not in out
    assert "Mail: error broken" in out
    assert code == 1


def test_an_examination_that_hangs_is_given_up():
    begin = time.monotonic()
    result = runner.run_examination(make("cache", lambda: time.sleep(20), seconds=0.2))
    assert time.monotonic() - begin < 5
    assert codes(result.findings) == ["too-slow"]
    assert result.level == Level.UNKNOWN


@pytest.mark.parametrize("silenced", ["cx_doctor.broken", "broken"])
def test_silenced_findings(settings, silenced):
    settings.SILENCED_SYSTEM_CHECKS = [silenced]
    assert codes(runner.run_examination(make("cache", find_both)).findings) == ["odd"]


def test_an_app_of_the_site_contributes_its_own(monkeypatch):
    from types import ModuleType, SimpleNamespace

    module = ModuleType("site_health")
    module.EXAMINATIONS = (make("own", list),)
    monkeypatch.setitem(__import__("sys").modules, "site_health", module)
    configs = [SimpleNamespace(health="site_health"), SimpleNamespace()]
    monkeypatch.setattr(registry.apps, "get_app_configs", lambda: configs)
    assert [one.name for one in registry.get_examinations()] == ["own"]


def test_codes_and_names_are_unique():
    examinations = registry.get_examinations()
    names = [one.name for one in examinations]
    assert len(names) == len(set(names)) > 15
    problems = {id(p): p for one in examinations for p in one.problems}
    kinds = [p.code for p in [*problems.values(), *runner.PROBLEMS]]
    assert len(kinds) == len(set(kinds)) > 30


@pytest.mark.django_db(transaction=True)
def test_all_of_it_in_threads_leaves_no_row(article):
    from tests.health.test_widgets import build_blocks, count_rows
    from tests.pages import publish

    publish(article, *build_blocks().values())
    before = count_rows()
    results = list(runner.run_examinations())
    assert count_rows() == before
    found = {f.code for result in results for f in result.findings}
    assert not found & {"failed", "too-slow", "sending-failed", "page-failed"}, results


@pytest.mark.django_db
def test_the_page_examines_when_it_is_told_to(admin_client, monkeypatch, same_thread):
    monkeypatch.setattr(runner, "get_examinations", lambda: [make("cache", find_both)])
    address = "/admin/cx-feedback/health/"
    shown = admin_client.get(address).content.decode()
    assert "Examine now" in shown
    assert "Broken: x." not in shown
    response = admin_client.post(address)
    shown = response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    for words in ("2 findings", "Broken: x.", "NAME = &quot;x&quot;", PAGE, "odd"):
        assert words in shown, words


@pytest.mark.django_db
def test_the_page_in_spanish_and_when_all_is_good(admin_client, admin_user, monkeypatch):
    from wagtail.users.models import UserProfile

    UserProfile.objects.create(user=admin_user, preferred_language="es")
    monkeypatch.setattr(runner, "get_examinations", lambda: [make("cache", list)])
    shown = admin_client.post("/admin/cx-feedback/health/").content.decode()
    for words in ("0 hallazgos", "Examinar otra vez", "Salud"):
        assert words in shown, words
