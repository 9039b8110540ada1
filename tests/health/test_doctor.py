"""The command, the runner and the Health page."""

import io
import json
import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from cx_feedback.core.health import isolated_runs, registry, runner
from cx_feedback.core.health.findings import Level, Problem
from cx_feedback.core.health.registry import Examination
from cx_feedback.core.health.trial_requests import taken_back
from cx_feedback.newsletter.models import MailingList
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


def fail():
    raise RuntimeError("table is locked by ana@example.org\nDETAIL: Key (email)=(eva)")
    yield


def test_an_exception_is_a_finding(monkeypatch, caplog):
    out, code = run_command(monkeypatch, make("cache", fail), make("mail", find_both))
    assert "unknown failed" in out
    assert codes(runner.run_examination(make("cache", fail)).findings) == ["failed"]
    assert "table is locked by …@… – RuntimeError in " in out
    for secret in ("ana@example.org", "DETAIL", "eva", "Traceback", "raise RuntimeError"):
        assert secret not in out, secret
    assert caplog.text == ""
    assert "Mail: error broken" in out
    assert code == 1


def test_its_traceback_for_who_asks_for_it(monkeypatch):
    out = run_command(monkeypatch, make("cache", fail), verbosity=2)[0]
    assert "raise RuntimeError" in out


@pytest.mark.django_db
def test_its_traceback_in_the_log_of_the_page(admin_client, monkeypatch, caplog):
    monkeypatch.setattr(runner, "get_examinations", lambda: [make("cache", fail)])
    admin_client.post("/admin/cx-feedback/health/")
    assert "The examination cache failed" in caplog.text
    assert "raise RuntimeError" in caplog.text


def test_an_examination_that_hangs_is_given_up():
    begin = time.monotonic()
    result = runner.run_examination(make("cache", lambda: time.sleep(20), seconds=0.2))
    assert time.monotonic() - begin < 5
    assert codes(result.findings) == ["too-slow"]
    assert result.level == Level.UNKNOWN


def count_lists():
    return MailingList.objects.count()


def write_list():
    with taken_back():
        MailingList.objects.create(name="Friday letter")
        yield from ()


@pytest.mark.django_db(transaction=True)
def test_one_that_is_given_up_lets_go_of_its_locks(home):
    ended = threading.Event()

    def write_and_go_on():
        try:
            with taken_back():
                MailingList.objects.create(name="Friday letter")
                while True:
                    time.sleep(0.05)
                    with transaction.atomic():
                        count_lists()
        finally:
            ended.set()

    slow = make("cache", write_and_go_on, seconds=0.4, writes=True)
    results = list(runner.run_examinations([slow, make("mail", write_list, writes=True)]))
    assert [codes(result.findings) for result in results] == [["too-slow"], []]
    assert ended.is_set()
    assert count_lists() == 0


def test_one_that_never_ends_keeps_others_from_writing(monkeypatch):
    monkeypatch.setattr(isolated_runs, "GRACE", 0.1)
    released = threading.Event()
    slow = make("cache", lambda: released.wait(20), seconds=0.1, writes=True)
    writer, other = make("mail", list, writes=True), make("jobs", find_both)
    try:
        results = list(runner.run_examinations([slow, writer, other]))
        found = [codes(result.findings) for result in results]
        assert found == [["too-slow"], ["not-examined"], ["broken", "odd"]]
        assert "“Mail” was not examined: “Cache”" in results[1].findings[0].what
    finally:
        released.set()
    isolated_runs._hanging[0].has_ended.wait(5)
    assert runner.run_examination(writer).findings == ()


def test_the_contrast_comes_last_and_all_that_try_pages_say_that_they_write():
    examinations = registry.get_examinations()
    assert examinations[-1].name == "theme"
    writing = {one.name for one in examinations if one.writes}
    assert writing == {"theme", *(widget.name for widget in registry.get_widgets())}


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
    from tests.health.test_widgets import build_blocks, count_all
    from tests.pages import publish

    publish(article, *build_blocks().values())
    before = count_all()
    results = list(runner.run_examinations())
    assert count_all() == before
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
