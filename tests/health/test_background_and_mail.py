"""Worker, beat, cron, jobs and mails: each is broken, named and mended."""

import datetime
import re

import pytest
from celery import Celery
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Site

from cx_feedback.core.schedule import beat_schedule
from cx_feedback.mail import health as mail_health
from cx_feedback.mail.models import ServerRefusal
from cx_feedback.newsletter import health as newsletter_health
from cx_feedback.readers import health
from cx_feedback.readers.models import JobRun
from tests.health.conftest import only
from tests.health.test_environment import paste

pytestmark = pytest.mark.django_db


def examine():
    return list(health.examine_background_work())


@pytest.fixture
def app(monkeypatch):
    app = Celery("site", set_as_current=False)
    app.conf.broker_url = "memory://"
    app.conf.beat_schedule = {}
    monkeypatch.setattr(health, "current_app", app)
    return app


@pytest.fixture
def worker(monkeypatch):
    monkeypatch.setattr(health, "_has_worker", lambda: True)


def note_run(**fields):
    fields = {"started_at": timezone.now(), "finished_at": timezone.now(), **fields}
    return JobRun.objects.create(name="cx-surveys-fold-responses", **fields)


def test_nobody_runs_cron_without_celery(monkeypatch, capfd):
    monkeypatch.setattr(health, "has_broker", lambda app: False)
    finding = only(examine())
    assert (finding.code, finding.level) == ("no-cron", "error")
    assert " yet" in finding.what
    command, verbosity = re.search(r"manage\.py (\w+) (.+)", finding.line_to_paste).groups()
    call_command(command, *verbosity.split())
    assert examine() == []
    assert capfd.readouterr() == ("", "")  # cron would mail it, each minute


def test_the_line_for_cron_names_this_site(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(health, "has_broker", lambda app: False)
    monkeypatch.setattr(health.sys, "argv", ["gunicorn"])
    monkeypatch.setattr(health.sys, "executable", "/srv/100% mine/bin/python3")
    settings.BASE_DIR = tmp_path
    rest = r"&& '/srv/100\% mine/bin/python3' manage.py cx_work --verbosity 0"
    assert only(examine()).line_to_paste == f"* * * * * cd /path/to/site {rest}"
    (tmp_path / "manage.py").touch()
    assert only(examine()).line_to_paste == f"* * * * * cd {tmp_path} {rest}"
    other = tmp_path / "other"
    other.mkdir()
    (other / "manage.py").touch()
    monkeypatch.setattr(health.sys, "argv", [str(other / "manage.py"), "cx_doctor"])
    assert only(examine()).line_to_paste == f"* * * * * cd {other} {rest}"
    monkeypatch.setattr(health.sys, "executable", "/usr/bin/uwsgi")
    assert f"{health.sys.prefix}/bin/python manage.py" in only(examine()).line_to_paste


def test_the_schedule_lacks_our_jobs(app):
    finding = only(examine())
    assert finding.code == "no-schedule"
    paste(finding.line_to_paste, app=app, beat_schedule=beat_schedule)
    assert only(examine()).code == "no-worker"


def test_no_worker_and_no_beat(app, monkeypatch):
    app.conf.beat_schedule = beat_schedule()
    finding = only(examine())
    assert finding.code == "no-worker"
    assert finding.line_to_paste == "celery -A yoursite worker --beat"
    monkeypatch.setattr(health, "_has_worker", lambda: True)
    finding = only(examine())
    assert (finding.code, finding.level) == ("no-beat", "warning")
    note_run()  # as a worker does for beat
    assert examine() == []


def test_a_worker_that_stopped(app, worker):
    app.conf.beat_schedule = beat_schedule()
    note_run(started_at=timezone.now() - datetime.timedelta(hours=2))
    assert " since " in only(examine()).what


def test_a_broker_that_hangs_costs_two_seconds_at_most(app, monkeypatch):
    import time

    class Inspect:
        def ping(self):
            time.sleep(30)

    app.conf.beat_schedule = beat_schedule()
    monkeypatch.setattr(app.control, "inspect", lambda timeout: Inspect())
    begin = time.monotonic()
    assert only(examine()).code == "no-worker"
    assert time.monotonic() - begin < 4


def test_a_job_that_failed():
    assert list(health.examine_jobs()) == []
    run = note_run(error="OperationalError in x.py:7")
    finding = only(health.examine_jobs())
    assert finding.code == "job-failed"
    assert "cx-surveys-fold-responses" in finding.what
    assert "OperationalError" in finding.what
    JobRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - datetime.timedelta(hours=1))
    call_command(re.search(r"manage\.py (\w+)", finding.line_to_paste)[1], verbosity=0)
    assert list(health.examine_jobs()) == []


@pytest.mark.parametrize("sender", ["webmaster@localhost", "hello", ""])
def test_a_sender_that_is_no_address(settings, sender):
    settings.DEFAULT_FROM_EMAIL = "The magazine <hello@magazine.example>"
    assert list(mail_health.examine_headers()) == []
    settings.DEFAULT_FROM_EMAIL = sender
    finding = only(mail_health.examine_headers())
    assert (finding.code, finding.level) == ("no-sender", "error")
    settings.DEFAULT_FROM_EMAIL = paste(finding.line_to_paste)["DEFAULT_FROM_EMAIL"]
    assert list(mail_health.examine_headers()) == []


def test_headers_that_servers_refuse(settings):
    settings.DEFAULT_FROM_EMAIL = "Us\n<us@magazine.example>"
    finding = only(mail_health.examine_headers())
    assert finding.code == "bad-headers"
    settings.DEFAULT_FROM_EMAIL = paste(finding.line_to_paste)["DEFAULT_FROM_EMAIL"]
    assert list(mail_health.examine_headers()) == []


def test_mails_that_stay(settings):
    finding = only(mail_health.examine_sender())
    assert finding.code == "mail-stays"
    assert "locmem" in finding.what
    settings.EMAIL_BACKEND = paste(finding.line_to_paste)["EMAIL_BACKEND"]
    assert list(mail_health.examine_sender()) == []


def test_a_server_that_refuses(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    ServerRefusal.objects.create(sender="*", error="535 wrong password", tries=3)
    finding = only(mail_health.examine_sender())
    assert finding.code == "server-refuses"
    assert "535 wrong password" in finding.what
    assert finding.line_to_paste.startswith("python manage.py cx_send_due")
    ServerRefusal.objects.update(tries=0)  # as after a mail that the server took
    assert list(mail_health.examine_sender()) == []


def test_links_without_tls_are_right_under_development(home, settings):
    settings.DEBUG = True
    assert list(newsletter_health.examine_links()) == []


def test_links_without_tls(home):
    finding = only(newsletter_health.examine_links())
    assert finding.code == "unsafe-links"
    assert "http://localhost" in finding.what
    paste(finding.line_to_paste, Site=Site)
    assert list(newsletter_health.examine_links()) == []
