"""A database that is lost in the middle of a mailing, and limits on a real server."""

import math
import subprocess
import threading
import time
from bisect import bisect_left
from collections import Counter

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from cx_feedback.mail import services
from cx_feedback.mail.models import Delivery, RateLimit
from tests.services.test_mail_smtp import Sink, post, sink, start  # noqa: F401

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="ends sessions of the server"),
]
State = Delivery.State
END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> "
    "pg_backend_pid() AND pid <> %s"
)


@pytest.fixture(autouse=True)
def _nobody_else_sends(monkeypatch):
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)


@pytest.fixture
def other():
    """A session of its own, which ends others."""
    database = connection.settings_dict
    named = {key: database[key.upper()] for key in ("host", "port", "user", "password")}
    with psycopg.connect(dbname="postgres", autocommit=True, **named) as session:
        yield session


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("commit_size", [1, 10])
def test_a_lost_connection_leaves_nothing_in_doubt(sink, other, commit_size):  # noqa: F811
    total, losses = 300, 4
    post(*(f"r{n}" for n in range(total)))
    name = connection.settings_dict["NAME"]

    def end_sessions():
        for n in range(1, losses + 1):
            sink.wait_for(n * total // (losses + 2))
            other.execute(END, [name, 0])

    ending = threading.Thread(target=end_sessions)
    ending.start()
    outcome = services.send_due(commit_size=commit_size)
    ending.join()
    assert Counter(Delivery.objects.values_list("state", flat=True)) == {State.SENT: total}
    assert outcome.sent == total
    assert set(Counter(who for who, _message in sink.got).values()) == {1}
    assert len(sink.got) == total
    assert not Delivery.objects.exclude(attempts=1).exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_known_is_written_though_the_database_is_away_for_a_while(
    sink,  # noqa: F811
    other,
    monkeypatch,
):
    post(*(f"r{n}" for n in range(40)))
    name = connection.settings_dict["NAME"]
    waited = []

    def back_after_a_while(seconds):
        waited.append(seconds)
        time.sleep(0)
        if len(waited) == 3:
            other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    def lose():
        sink.wait_for(15)
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        other.execute(END, [name, 0])

    monkeypatch.setattr("cx_feedback.mail.services.sending.sleep", back_after_a_while)
    losing = threading.Thread(target=lose)
    losing.start()
    try:
        outcome = services.send_due()
    finally:
        losing.join()
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert len(waited) >= 3
    assert outcome.sent == 40
    assert Counter(Delivery.objects.values_list("state", flat=True)) == {State.SENT: 40}
    assert len({who for who, _message in sink.got}) == len(sink.got) == 40


@pytest.mark.django_db(transaction=True)
def test_several_processes_keep_a_limit_on_a_real_server(sink, monkeypatch):  # noqa: F811
    taken = []
    handle = Sink.handle_RCPT

    async def noted(self, server, session, envelope, address, options):
        taken.append(time.monotonic())
        return await handle(self, server, session, envelope, address, options)

    monkeypatch.setattr(Sink, "handle_RCPT", noted)
    per_minute, total = 600, 60
    RateLimit.objects.create(name="provider", per_minute=per_minute, next_at=timezone.now())
    post(*(f"r{n}" for n in range(total)))
    together = [start(sink.port, 10) for _ in range(3)]
    for process in together:
        try:
            assert process.wait(120) == 0, process.stderr.read().decode()
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        process.stderr.close()
    assert len(taken) == total
    most = max(bisect_left(taken, at + 1) - place for place, at in enumerate(taken))
    assert most <= math.ceil(per_minute / 60)
    assert taken[-1] - taken[0] < 2.5 * total * 60 / per_minute
