"""Webhooks under faults: workers killed at random, a receiver that fails half of the time.

Each event arrives, none is altered, and nothing is called in the inner network: by a name that
changes its address, by a redirect, by IPv6 or by IPv4 within it. Small by default; in full by
``CX_HOOK_KILLS=20 CX_HOOK_EVENTS=10000``.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection, transaction
from standardwebhooks import Webhook, WebhookVerificationError

from cx_feedback.webhooks import services
from cx_feedback.webhooks.events.payloads import CommentPayload, ExportPayload
from cx_feedback.webhooks.models import Attempt, EventDelivery
from tests.services.conftest import wait_for
from tests.services.test_faults import broker  # noqa: F401
from tests.services.webhook_worker import NAMES
from tests.webhooks.conftest import owner  # noqa: F401

KILLS = int(os.environ.get("CX_HOOK_KILLS", "2"))
EVENTS = int(os.environ.get("CX_HOOK_EVENTS", "200"))
WORKERS, SEED = 2, 1
#: Seconds between two tasks of the beat schedule.
BEAT = 1.0
#: The chance that 26 attempts in a row fail is one in 67 million.
SETTINGS = {
    "WEBHOOKS_ALLOWED_HOSTS": ["127.0.0.1"],
    "WEBHOOKS_RETRY_PAUSES": [0.1] * 25,
    "WEBHOOKS_LEASE": 3,
}
State = EventDelivery.State

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="several processes write at once"),
]


class Receiver(ThreadingHTTPServer):
    """A receiver of which half of the requests fail, a quarter after it has taken the event."""

    daemon_threads = True

    def __init__(self):
        self.chance = random.Random(SEED)
        self.secret = self.redirect = ""
        self.lock = threading.Lock()
        self.taken, self.answers, self.bodies = Counter(), Counter(), {}
        self.altered = 0
        super().__init__(("127.0.0.1", 0), Handler)

    def take(self, headers, body):
        """Keep an event; return the status of the answer, 0 for none."""
        with self.lock:
            try:
                Webhook(self.secret).verify(body, headers)
            except WebhookVerificationError:
                self.altered += 1
                return 401
            lot = self.chance.randrange(4)
            if lot != 0:
                key = headers["webhook-id"]
                self.taken[key] += 1
                self.altered += self.bodies.setdefault(key, body) != body
            return (500, 0, 200, 204)[lot]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/redirect":
            self.send_response(307)
            self.send_header("Location", self.server.redirect)
        else:
            status = self.server.take(dict(self.headers.items()), body)
            self.server.answers[status] += 1
            if not status:
                return
            self.send_response(status)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver():
    """The receiver, which is allowed."""
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def inner_network():
    """Listen at the addresses of the inner network; yield the port and who connected."""
    arrived, servers = [], [socket.create_server(("127.0.0.2", 0))]
    port = servers[0].getsockname()[1]
    if socket.has_ipv6:
        servers.append(socket.create_server(("::1", port), family=socket.AF_INET6))

    def listen(server):
        while True:
            try:
                opened, address = server.accept()
            except OSError:
                return
            arrived.append(address)
            opened.close()

    for server in servers:
        threading.Thread(target=listen, args=(server,), daemon=True).start()
    yield port, arrived
    for server in servers:
        server.close()


@pytest.fixture
def start_worker(broker):  # noqa: F811
    """Return a function that starts a worker of one thread, and kills those that are left."""
    started = []

    def start_worker():
        database = connection.settings_dict
        arguments = "worker --pool solo --loglevel ERROR --without-gossip --without-mingle"
        process = subprocess.Popen(
            [
                *[sys.executable, "-m", "tests.services.webhook_worker", "-A", "tests"],
                *arguments.split(),
            ],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
                    **database
                ),
                "CX_SETTINGS": json.dumps(SETTINGS),
                "CELERY_BROKER_URL": broker.url,
                "CELERY_TASK_DEFAULT_QUEUE": "faults",
            },
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield start_worker
    for process in started:
        process.kill()
        process.wait(10)


def make_endpoints(owner, receiver, port):  # noqa: F811
    """Make the endpoint of the receiver, and those that lead into the inner network."""
    endpoint, receiver.secret = services.create_endpoint(
        owner=owner,
        name="Half",
        url=f"http://127.0.0.1:{receiver.server_port}/",
        events=["comment.created"],
    )
    receiver.redirect = f"http://127.0.0.2:{port}/"
    leading = [f"http://127.0.0.1:{receiver.server_port}/redirect"]
    leading += [f"https://{name}:{port}/" for name in NAMES]
    for url in leading:
        services.create_endpoint(owner=owner, name="Inner", url=url, events=["export.ready"])
    return endpoint


def store_events():
    """Store the events for the receiver and three for each of the other endpoints."""
    with transaction.atomic():
        comments = [(CommentPayload(number, 1, "", None), None) for number in range(EVENTS)]
        services.record_event(event="comment.created", payloads=comments)
        exports = [(ExportPayload(number, 1), None) for number in range(3)]
        services.record_event(event="export.ready", payloads=exports)


def test_each_event_arrives_and_none_in_the_inner_network(
    settings,
    owner,  # noqa: F811
    receiver,
    inner_network,
    broker,  # noqa: F811
    start_worker,
    monkeypatch,
):
    # A nudge here would run the task in this process, which nobody kills.
    monkeypatch.setattr("cx_feedback.webhooks.services.event_rows.nudge", lambda *a, **k: None)
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, **SETTINGS}
    port, arrived = inner_network
    endpoint = make_endpoints(owner, receiver, port)
    store_events()
    assert not Attempt.objects.exists()
    workers = [start_worker() for _ in range(WORKERS)]
    started, chance, killed = time.monotonic(), random.Random(SEED), 0
    pending = EventDelivery.objects.filter(state=State.PENDING)

    beats = [started]

    def settled():
        if time.monotonic() - beats[-1] > BEAT:
            beats.append(time.monotonic())
            broker.app.send_task("cx_feedback.webhooks.send_due_events", ignore_result=True)
        return not pending.exists()

    while killed < KILLS:
        settled()
        # As many kills in each part of the work, whatever the speed of the machine.
        delivered = endpoint.deliveries.filter(state=State.DELIVERED).count()
        if delivered < EVENTS * (killed + chance.random()) / (KILLS + 1):
            time.sleep(0.05)
            continue
        number = chance.randrange(WORKERS)
        workers[number].send_signal(signal.SIGKILL)
        workers[number].wait(10)
        workers[number] = start_worker()
        killed += 1
    wait_for(settled, seconds=180 + EVENTS / 10)
    seconds = time.monotonic() - started

    rows = list(endpoint.deliveries.order_by("pk"))
    assert {row.message_id for row in rows} == set(receiver.taken)
    assert receiver.altered == 0
    sent = [json.loads(receiver.bodies[row.message_id])["data"] for row in rows]
    assert sent == [row.data for row in rows]
    assert {row.data["comment"] for row in rows} == set(range(EVENTS))
    assert {row.state for row in rows} == {State.DELIVERED}
    assert arrived == []
    refused = EventDelivery.objects.exclude(endpoint=endpoint)
    assert {row.state for row in refused} == {State.FAILED}
    errors = Attempt.objects.exclude(delivery__endpoint=endpoint).values_list("error", flat=True)
    assert set(errors) <= {"redirect", "address", "connection", "timeout"}
    print(
        f"{EVENTS} events, {killed} kills, {seconds:.0f} s; answers {dict(receiver.answers)}; "
        f"taken more than once {sum(n > 1 for n in receiver.taken.values())}, "
        f"refused {Counter(errors)}"
    )
