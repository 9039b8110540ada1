"""A mailing under faults: senders killed at random, tasks delivered twice, the broker restarted.

Small by default; in full by ``CX_KILLS=20 CX_MAILS=15000``.
"""

import datetime
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from contextlib import closing

import pytest
from celery import Celery
from django.db import connection
from django.utils import timezone

from cx_feedback.mail import services
from cx_feedback.mail.models import Delivery
from tests.mail.test_transport import DJANGOS, OURS
from tests.services.conftest import wait_for
from tests.services.test_mail_smtp import post, sink  # noqa: F401
from tests.steps import combine

KILLS = int(os.environ.get("CX_KILLS", "2"))
MAILS = int(os.environ.get("CX_MAILS", "400"))
SEND, REAP = "cx_feedback.mail.send_due_deliveries", "cx_feedback.mail.recover_expired_leases"
State = Delivery.State

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="several processes write at once"),
    pytest.mark.skipif(not shutil.which("redis-server"), reason="starts a broker of its own"),
]


class Broker:
    """A Redis server of the test's own, which forgets everything when it is restarted."""

    def __init__(self, folder):
        self.folder = folder
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        # Not the current one: the tests after this one have tasks of their own to queue.
        self.app = Celery("faults", set_as_current=False)
        self.app.conf.broker_write_url = self.url  # the environment names another for broker_url
        self.app.conf.task_default_queue = "faults"
        self.process = None

    def start(self):
        options = ("--port", str(self.port), "--save", "", "--appendonly", "no")
        self.process = subprocess.Popen(
            ["redis-server", *options, "--bind", "127.0.0.1", "--dir", self.folder],
            stdout=subprocess.DEVNULL,
        )
        wait_for(self.answers)

    def answers(self):
        with closing(socket.socket()) as trying:
            return trying.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.process.kill()
        self.process.wait(10)

    def send_twice(self, *names):
        for name in names:
            for _ in range(2):
                self.app.send_task(name, ignore_result=True)


@pytest.fixture
def broker(tmp_path):
    made = Broker(str(tmp_path))
    made.start()
    yield made
    made.app.close()
    made.stop()


@pytest.fixture
def start_worker(broker, sink):  # noqa: F811
    """Start a Celery worker that sends to the sink, in a process of one thread."""
    started = []

    def start(commit_size, backend):
        database = connection.settings_dict
        process = subprocess.Popen(
            [
                sys.executable,
                *["-m", "celery", "-A", "tests", "worker", "--pool", "solo", "--loglevel", "ERROR"],
            ],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
                    **database
                ),
                "CX_MAIL_COMMIT_SIZE": str(commit_size),
                # As if an editor resumed the mailing at each kill.
                "CX_MAIL_MAX_IN_DOUBT": str((KILLS + 1) * commit_size),
                "CELERY_BROKER_URL": broker.url,
                "CELERY_TASK_DEFAULT_QUEUE": "faults",
                "EMAIL_PORT": str(sink.port),
                "EMAIL_BACKEND": backend,
            },
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait(10)


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    # Its lease ends, as it would after some minutes.
    Delivery.objects.filter(lease_until__isnull=False).update(
        lease_until=timezone.now() - datetime.timedelta(seconds=1)
    )


def unsettled():
    return Delivery.objects.exclude(state__in=[State.SENT, State.IN_DOUBT]).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("commit_size", "backend"), combine([10, 1], [DJANGOS, OURS]))
def test_kills_double_tasks_and_a_restarted_broker(
    sink,  # noqa: F811
    broker,
    start_worker,
    monkeypatch,
    commit_size,
    backend,
):
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)
    post(*(f"r{n}" for n in range(MAILS)))
    chance = random.Random(commit_size)
    share = MAILS // (KILLS + 1)
    for number in range(KILLS):
        process = start_worker(commit_size, backend)
        broker.send_twice(REAP, SEND)
        before = len(sink.got)
        assert sink.wait_for(min(before + chance.randint(1, share), MAILS - 1))
        if number == KILLS // 2:
            # What was queued and what was being worked on is gone: the next sweep sends it.
            broker.stop()
            broker.start()
        kill(process)
    process = start_worker(commit_size, backend)
    broker.send_twice(REAP, SEND)
    for _ in range(20 + MAILS // 200):  # as beat does, again and again
        try:
            wait_for(lambda: not unsettled(), seconds=3)
            break
        except pytest.fail.Exception:
            broker.send_twice(REAP, SEND)
    kill(process)

    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert set(states) <= {State.SENT, State.IN_DOUBT}
    assert states.total() == MAILS
    assert states[State.IN_DOUBT] <= KILLS * commit_size
    arrived = Counter(who for who, _message in sink.got)
    assert max(arrived.values()) == 1
    sent = set(Delivery.objects.filter(state=State.SENT).values_list("address", flat=True))
    doubt = set(Delivery.objects.filter(state=State.IN_DOUBT).values_list("address", flat=True))
    assert sent <= set(arrived) <= sent | doubt
    doubts = states[State.IN_DOUBT]
    print(f"{backend}, commit {commit_size}: {KILLS} kills, {doubts} in doubt of {MAILS}")
    # An editor sends those again: nobody is left out.
    assert services.requeue_deliveries(state=State.IN_DOUBT) == states[State.IN_DOUBT]
