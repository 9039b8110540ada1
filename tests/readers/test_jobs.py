"""The beat schedule without Celery: ``cx_work``, and what is said when nobody works."""

import datetime
import io
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from cx_feedback.core.background import task_nudges
from cx_feedback.core.background.task_nudges import nudge, running_nudges
from cx_feedback.core.schedule import beat_schedule
from cx_feedback.readers.background import jobs
from cx_feedback.readers.models import JobRun
from cx_feedback.surveys import tasks as survey_tasks
from cx_feedback.surveys.models import Tally
from tests.messages import ROOT
from tests.pages import make_survey
from tests.surveys.conftest import GOOD

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def work():
    out = io.StringIO()
    call_command("cx_work", stdout=out)
    return [line.partition(":")[0] for line in out.getvalue().splitlines()]


def test_it_does_every_job_of_the_beat_schedule():
    assert sorted(work()) == sorted(beat_schedule())
    assert set(JobRun.objects.values_list("name", "error")) == {(n, "") for n in beat_schedule()}
    assert all(run.finished_at for run in JobRun.objects.all())
    assert work() == []


def test_answers_are_folded(own_client, article):
    survey = make_survey()
    path = f"/feedback/api/v1/surveys/{survey.pk}/"
    answer = {"page": article.pk, "answers": {"q-choice": GOOD}}
    stored = own_client.post(f"{path}responses/", answer, content_type="application/json")
    assert stored.status_code == 201, stored.content
    work()
    assert Tally.objects.filter(survey=survey).exists()


@pytest.mark.parametrize(
    ("name", "ago", "due"),
    [
        ("cx-surveys-fold-responses", datetime.timedelta(seconds=50), False),
        ("cx-surveys-fold-responses", datetime.timedelta(seconds=61), True),
        ("cx-loyalty-score-readers", 25 * HOUR, True),
        ("cx-loyalty-refit-model", 8 * 24 * HOUR, True),
    ],
)
def test_what_is_due(name, ago, due):
    [job] = [job for job in jobs.get_jobs() if job.name == name]
    assert job.is_due(JobRun(name=name, started_at=timezone.now() - ago)) is due
    assert job.is_due(None)


def test_hours_are_those_of_the_site():
    [job] = [job for job in jobs.get_jobs() if job.name == "cx-loyalty-score-readers"]  # 2:20
    zone = timezone.get_default_timezone()
    before = datetime.datetime(2026, 7, 1, 1, 0, tzinfo=zone)
    job.schedule.nowfun = lambda: datetime.datetime(2026, 7, 1, 2, 19, tzinfo=zone)
    assert not job.is_due(JobRun(started_at=before))
    job.schedule.nowfun = lambda: datetime.datetime(2026, 7, 1, 2, 21, tzinfo=zone)
    assert job.is_due(JobRun(started_at=before))


def test_of_two_that_see_the_same_run_one_claims_it():
    [job] = [job for job in jobs.get_jobs() if job.name == "cx-surveys-fold-responses"]
    assert jobs.claim_job(job, None)
    assert not jobs.claim_job(job, None)
    JobRun.objects.update(started_at=timezone.now() - HOUR, finished_at=timezone.now())
    seen = JobRun.objects.get()
    assert jobs.claim_job(job, seen)
    assert not jobs.claim_job(job, seen)
    assert not jobs.claim_job(job, JobRun.objects.get())  # still runs
    JobRun.objects.update(started_at=timezone.now() - 7 * HOUR)  # its process died
    assert jobs.claim_job(job, JobRun.objects.get())


def test_a_job_that_fails_is_named_and_the_others_run(monkeypatch, caplog):
    words = "Words of a reader"

    def fail():
        try:
            raise KeyError(words)
        except KeyError as error:
            raise ValueError(words) from error

    monkeypatch.setattr(survey_tasks.fold_responses, "run", fail)
    with pytest.raises(CommandError, match="Failed: cx-surveys-fold-responses"):
        call_command("cx_work", stdout=io.StringIO(), stderr=io.StringIO())
    [run] = jobs.get_failed_jobs()
    assert run.name == "cx-surveys-fold-responses"
    assert re.fullmatch(r"ValueError in cx_feedback/[\w/]+\.py:\d+ \(\w+\)", run.error)
    # The log has the lines of both exceptions, and the words of neither.
    [record] = [one for one in caplog.records if one.name.startswith("cx_feedback.readers")]
    assert "raise KeyError(words)" in record.getMessage()
    assert "raise ValueError(words) from error" in record.getMessage()
    assert words not in record.getMessage()
    assert record.exc_info is None
    assert JobRun.objects.count() == len(beat_schedule())


def test_what_a_job_queues_is_done_by_the_same_process(
    django_capture_on_commit_callbacks, monkeypatch
):
    done = []

    def count(number):
        done.append(number)
        if number < 3:
            with django_capture_on_commit_callbacks(execute=True):
                nudge("count", number + 1)

    monkeypatch.setattr(task_nudges, "get_task", {"count": count}.__getitem__)
    with running_nudges(), django_capture_on_commit_callbacks(execute=True):
        nudge("count", 1)
        nudge("count", 1)
    assert done == [1, 2, 3]


class Request:
    called_directly = False
    is_eager = False


def make_task(name, **words):
    request = type("R", (Request,), words)()
    return type("T", (), {"name": name, "request": request})()


def test_workers_note_what_they_run():
    notes = jobs.WorkerMonitor()
    fold = "cx_feedback.surveys.fold_responses"
    notes.note(task=make_task(fold, is_eager=True), state="SUCCESS")
    notes.note(task=make_task(fold, called_directly=True), state="SUCCESS")
    notes.note(task=make_task("of.another.app"), state="SUCCESS")
    assert not JobRun.objects.exists()
    notes.note(task=make_task(fold), state="SUCCESS")
    assert JobRun.objects.get().error == ""
    JobRun.objects.update(started_at=timezone.now() - HOUR)
    notes.note(task=make_task(fold), state="SUCCESS")  # at most once in half a minute
    assert JobRun.objects.get().started_at < timezone.now() - HOUR / 2
    notes.note(task=make_task(fold), state="FAILURE", retval=OSError("no disk"))
    assert JobRun.objects.get().error == "OSError"
    JobRun.objects.update(started_at=timezone.now() - HOUR)
    full = OSError(28, "No space left on device", "/words of a reader")
    notes.note(task=make_task(fold), state="FAILURE", retval=full)
    assert JobRun.objects.get().error == "OSError (No space left on device)"


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        (None, "has been seen yet"),
        (datetime.timedelta(hours=25), "has been seen since"),
        (datetime.timedelta(hours=23), None),
    ],
)
def test_the_first_page_of_the_admin_says_when_nobody_works(admin_client, ago, told):
    if ago:
        JobRun.objects.create(name="cx-surveys-fold-responses", started_at=timezone.now() - ago)
    html = admin_client.get("/admin/").content.decode()
    assert ("cx-feedback-health" in html) is bool(told)
    assert told is None or told in html


def test_the_first_page_of_the_admin_names_jobs_that_failed(admin_client, django_user_model):
    JobRun.objects.create(
        name="cx-mail-recover-expired-leases", started_at=timezone.now(), error="<b>KeyError"
    )
    html = admin_client.get("/admin/").content.decode()
    assert "cx-mail-recover-expired-leases" in html
    assert "&lt;b&gt;KeyError" in html
    editor = django_user_model.objects.create_user("ed", "ed@example.org", "x")
    other = Client()
    other.force_login(editor)
    assert "cx-mail-recover-expired-leases" not in other.get("/admin/").content.decode()


@pytest.mark.slow
def test_forever_goes_on_until_it_is_told_to_end(tmp_path):
    names = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
    manage = [sys.executable, "manage.py"]
    names["DJANGO_SETTINGS_MODULE"] = "tests.unmigrated"
    subprocess.run([*manage, "migrate", "-v0", "--run-syncdb"], cwd=ROOT, env=names, check=True)
    working = subprocess.Popen(
        [*manage, "cx_work", "--forever"], cwd=ROOT, env=names, stdout=subprocess.PIPE, text=True
    )
    lines = []
    end = time.monotonic() + 240
    while len(lines) <= len(beat_schedule()) and time.monotonic() < end:
        lines.append(working.stdout.readline())
    working.send_signal(signal.SIGTERM)
    assert working.wait(30) == 0
    assert {line.partition(":")[0] for line in lines[1:]} == set(beat_schedule())
