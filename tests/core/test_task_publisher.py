"""Publishing from a thread: once, bounded, in forked processes too, and only to an own broker."""

import ast
import os
import subprocess
import sys
import threading
import time

import pytest
from celery import Celery
from celery.exceptions import NotRegistered
from django.db import transaction

from cx_feedback.core.background import task_nudges
from cx_feedback.core.background.task_publisher import TaskPublisher
from cx_feedback.core.schedule import beat_schedule
from tests.hanging.conftest import wait_until
from tests.messages import ROOT


class Task:
    """Counts in place of a Celery task; waits where it is told to."""

    name = "counted"

    def __init__(self, app=None):
        self.app = app or Celery("publishing", set_as_current=False, broker="memory://")
        self.calls = []
        self.go = threading.Event()
        self.go.set()
        self.error = None

    def apply_async(self, args, producer=None, retry=None, ignore_result=None):
        assert (retry, ignore_result) == (False, True)
        self.calls.append(args)
        self.go.wait(5)
        if self.error:
            raise self.error


@pytest.fixture
def task():
    made = Task()
    yield made
    made.go.set()


def test_it_publishes_over_one_connection(task):
    publisher = TaskPublisher()
    for number in range(3):
        assert publisher.put(task, (number,))
    assert publisher.drain()
    assert task.calls == [(0,), (1,), (2,)]
    connection = publisher._connection
    publisher.put(task, (3,))
    assert publisher.drain()
    assert publisher._connection is connection


def test_the_same_nudge_waits_once_and_the_queue_is_bounded(task):
    publisher = TaskPublisher(size=2)
    task.go.clear()
    publisher.put(task, (0,))
    assert wait_until(lambda: task.calls)
    assert publisher.put(task, ([1],))
    assert publisher.put(task, ([1],))
    assert publisher.put(task, (2,))
    assert not publisher.put(task, (3,))
    assert not publisher.drain(0.05)
    task.go.set()
    assert publisher.drain()
    assert task.calls == [(0,), ([1],), (2,)]


def test_a_failure_opens_the_breaker_and_a_try_closes_it(task, caplog):
    publisher = TaskPublisher(pause=0.2)
    task.error = OSError("away")
    publisher.put(task, (0,))
    assert wait_until(lambda: publisher.breaker.is_open)
    assert publisher.drain()
    assert not publisher.put(task, (1,))
    assert "sweeps" in caplog.text
    task.error = None
    time.sleep(0.25)
    assert publisher.put(task, (2,))
    assert wait_until(lambda: not publisher.breaker.is_open)
    assert task.calls == [(0,), (2,)]


def test_a_connection_that_died_is_replaced_once(task):
    publisher = TaskPublisher()
    publisher.put(task, (0,))
    assert publisher.drain()
    first = publisher._connection

    def fail_once(*args, **kwargs):
        task.apply_async = Task.apply_async.__get__(task)
        raise ConnectionResetError

    task.apply_async = fail_once
    publisher.put(task, (1,))
    assert publisher.drain()
    assert task.calls == [(0,), (1,)]
    assert publisher._connection is not first
    assert not publisher.breaker.is_open


FORK = """
import os, threading
from tests.core.test_task_publisher import Task
from cx_feedback.core.background.task_publisher import publisher
task = Task()
publisher.put(task, ("parent",))
assert publisher.drain(5)
pid = os.fork()
if not pid:
    publisher.put(task, ("child",))
    os._exit(0 if publisher.drain(5) and task.calls == [("parent",), ("child",)] else 1)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
publisher.put(task, ("parent again",))
assert publisher.drain(5)
task.go.clear()
publisher.put(task, ("at exit",))
threading.Timer(.2, task.go.set).start()
"""


def test_a_forked_process_has_a_thread_of_its_own_and_the_end_waits_shortly():
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    setup = "import django; django.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", setup + FORK], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]


WITHOUT_APP = """
import django
django.setup()
from cx_feedback.core.background.task_publisher import publisher
from cx_feedback.core.background.task_nudges import nudge
nudge("cx_feedback.mail.send_due_deliveries")
print("thread", publisher._thread)
"""


@pytest.mark.parametrize("url", ["", "memory://"])
def test_a_site_without_a_celery_app_publishes_nothing(url):
    env = {k: v for k, v in os.environ.items() if not k.startswith("CELERY")}
    names = {"DJANGO_SETTINGS_MODULE": "tests.projects.settings", "CX_ROOMS": "mail"}
    env |= {**names, "DATABASE_URL": "sqlite://:memory:"}
    if url:  # a broker that the site names is its own
        env["CELERY_BROKER_URL"] = url
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_APP], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith("thread ")
    assert ("None" in done.stdout) == (not url)


@pytest.mark.django_db
def test_an_eager_task_runs_with_the_commit(django_capture_on_commit_callbacks, monkeypatch):
    ran = []

    class Eager:
        def apply_async(self, args):
            ran.append(args)
            raise RuntimeError("a fault in the task is no fault of the act")

    monkeypatch.setattr(task_nudges, "get_task", lambda name: Eager())
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        task_nudges.nudge("eager", 1)
        assert not ran
    assert ran == [(1,)]


def get_nudged_names():
    """Return the names of tasks that the package's calls of ``nudge`` spell out."""
    return {
        call.args[0].value
        for path in (ROOT / "cx_feedback").rglob("*.py")
        if "nudge(" in (text := path.read_text())
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "nudge"
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_task_that_is_named_exists():
    scheduled = {entry["task"] for entry in beat_schedule().values()}
    nudged = get_nudged_names()
    assert len(nudged) >= 8
    for name in scheduled | nudged:
        assert task_nudges.get_task(name).name == name
    with pytest.raises(NotRegistered):
        task_nudges.get_task("cx_feedback.mail.tasks.send_pigeons")
