"""The post office against a real SMTP server: kinds of failure, and processes that are killed."""

import datetime
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.utils import timezone

from cx_feedback.mail import services
from cx_feedback.mail.models import Delivery, Mailing
from cx_feedback.mail.services import Recipient
from tests.mail.test_transport import DJANGOS, OURS
from tests.services.conftest import wait_for
from tests.steps import combine

pytestmark = pytest.mark.services
State = Delivery.State
#: How often a process is killed. By hand, with more: CX_KILLS=20.
KILLS = int(os.environ.get("CX_KILLS", "4"))


class Sink:
    """An SMTP handler that keeps who got what, and misbehaves for some recipients."""

    def __init__(self):
        self.got = []
        self.sessions = 0
        self.changed = threading.Condition()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown"):
            return "550 5.1.1 No such user"
        if address.startswith("busy"):
            return "451 4.7.1 Come back later"
        if address.startswith("hangup") and address not in self.hung:
            self.hung.add(address)
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    hung = set()

    async def handle_DATA(self, server, session, envelope):
        with self.changed:
            self.got.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content)))
            self.changed.notify_all()
        if envelope.rcpt_tos[0].startswith("lost"):
            server.transport.abort()
        return "250 OK"

    def wait_for(self, count):
        with self.changed:
            return self.changed.wait_for(lambda: len(self.got) >= count, timeout=60)


@pytest.fixture
def sink(settings):
    handler = Sink()
    handler.hung = set()
    with socket.create_server(("127.0.0.1", 0)) as free:
        handler.port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    settings.EMAIL_BACKEND = DJANGOS
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = handler.port
    yield handler
    controller.stop()


def post(*names):
    message = services.create_message(
        subject="Hola, {name|lector}",
        text="Adiós, {name|lector}. {unsubscribe_url}",
        html="<p>Adiós, {name|lector}</p>",
        headers={"List-Unsubscribe": "<{unsubscribe_url}>"},
    )
    services.queue_mailing(
        message=message,
        mailing="series:1",
        recipients=(
            Recipient(n, f"{n}@example.org", variables={"name": n, "unsubscribe_url": "https://u"})
            for n in names
        ),
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("backend", [DJANGOS, OURS])
def test_failures_of_a_real_server(sink, settings, monkeypatch, backend):
    settings.EMAIL_BACKEND = backend
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)
    post("ana", "unknown", "busy", "hangup", "zoe", "lost")
    outcome = services.send_due(commit_size=2)
    # Lost before its text began: only ours knows, and tries again at once.
    hangup = State.SENT if backend == OURS else State.IN_DOUBT
    assert (outcome.failed, outcome.later) == (1, 1)
    states = dict(Delivery.objects.values_list("recipient_key", "state"))
    assert states == {
        "ana": State.SENT,
        "unknown": State.FAILED,
        "busy": State.PENDING,
        "hangup": hangup,
        "lost": State.IN_DOUBT,  # lost after its text, and indeed it arrived
        "zoe": State.SENT,
    }
    assert [who.partition("@")[0] for who, _ in sink.got] == [
        "ana",
        *(["hangup"] if backend == OURS else []),
        "zoe",
        "lost",
    ]
    assert sink.sessions == 2  # one connection, opened again after each that was lost
    message = sink.got[0][1]
    assert message["List-Unsubscribe"] == "<https://u>"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_away(sink, settings, monkeypatch):
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)
    post("ana", "zoe")
    settings.EMAIL_PORT = 1
    assert services.send_due().down
    assert set(Delivery.objects.values_list("state", "attempts")) == {(State.PENDING, 0)}


def start(port, commit_size, backend=DJANGOS, **environment):
    """Start a process that sends what is due, as a worker on another machine would."""
    database = connection.settings_dict
    auth = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
    url = f"postgres://{auth}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    return subprocess.Popen(
        [sys.executable, "-m", "django", "cx_send_due", "--commit-size", str(commit_size)],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.services.smtp_settings",
            "DATABASE_URL": url,
            "EMAIL_PORT": str(port),
            "EMAIL_BACKEND": backend,
            **environment,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="several processes write at once")
@pytest.mark.parametrize(("commit_size", "backend"), combine([1, 7], [DJANGOS, OURS]))
def test_killed_processes_leave_no_duplicate_and_no_row_unaccounted_for(
    sink, monkeypatch, commit_size, backend
):
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)
    kills, total = KILLS, 70 * KILLS
    post(*(f"r{n}" for n in range(total)))
    chance = random.Random(commit_size)
    # Each kill may leave a commit in doubt, and a mailing with more than the limit is paused.
    limit = {"CX_MAIL_MAX_IN_DOUBT": str((kills + 1) * commit_size)}
    for _ in range(kills):
        process = start(sink.port, commit_size, backend, **limit)
        assert sink.wait_for(len(sink.got) + chance.randint(1, 60))
        process.send_signal(signal.SIGKILL)
        process.wait()
        services.recover_expired_leases(now=timezone.now() + datetime.timedelta(days=1))
    together = [start(sink.port, commit_size, backend, **limit) for _ in range(2)]
    for process in together:
        assert process.wait(120) == 0, process.stderr.read().decode()
    for process in together:
        process.stderr.close()

    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert set(states) <= {State.SENT, State.IN_DOUBT}
    assert sum(states.values()) == total
    assert states[State.IN_DOUBT] <= kills * commit_size
    arrived = Counter(who for who, _ in sink.got)
    assert max(arrived.values()) == 1
    sent = set(Delivery.objects.filter(state=State.SENT).values_list("address", flat=True))
    assert sent <= set(arrived)
    doubt = set(Delivery.objects.filter(state=State.IN_DOUBT).values_list("address", flat=True))
    assert set(arrived) <= sent | doubt
    assert len({message["Message-ID"] for _, message in sink.got}) == len(arrived)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="several processes write at once")
@pytest.mark.parametrize("backend", [DJANGOS, OURS])
def test_processes_that_are_killed_together_leave_few_in_doubt(sink, monkeypatch, backend):
    """A machine that fails takes all its workers along, again and again."""
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)
    limit, total = 15, 900
    post(*(f"r{n}" for n in range(total)))
    mailing = Mailing.objects.get()
    resumed = 0
    for _ in range(3):
        together = [
            start(sink.port, 10, backend, CX_MAIL_MAX_IN_DOUBT=str(limit)) for _ in range(2)
        ]
        before = len(sink.got)
        wait_for(
            lambda before=before: len(sink.got) > before + 20 or is_paused(mailing), seconds=120
        )
        for process in together:
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stderr.close()
        services.recover_expired_leases(now=timezone.now() + datetime.timedelta(days=1))
        assert Delivery.objects.filter(state=State.IN_DOUBT).count() <= limit * (resumed + 1)
        if is_paused(mailing):
            services.resume_mailing(mailing=mailing.name)
            resumed += 1
    while not is_settled():
        assert services.send_due().total or is_paused(mailing)
        if is_paused(mailing):
            services.resume_mailing(mailing=mailing.name)
    arrived = Counter(who for who, _message in sink.got)
    assert max(arrived.values()) == 1
    sent = set(Delivery.objects.filter(state=State.SENT).values_list("address", flat=True))
    doubt = set(Delivery.objects.filter(state=State.IN_DOUBT).values_list("address", flat=True))
    assert sent <= set(arrived) <= sent | doubt


def is_paused(mailing):
    mailing.refresh_from_db()
    return mailing.paused_at is not None


def is_settled():
    return not Delivery.objects.exclude(state__in=[State.SENT, State.IN_DOUBT]).exists()
