"""A real worker on the broker and the database of the tests, and a sink for its mails."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection

from tests.celery import app


class Sink:
    """Keeps every message that it is given."""

    port: int

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(message_from_bytes(envelope.content))
        return "250 kept"


@pytest.fixture
def sink() -> Iterator[Sink]:
    """An SMTP server on a free port; the port is in ``sink.port``."""
    handler = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        handler.port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def worker(transactional_db, sink) -> Iterator[subprocess.Popen]:
    """A Celery worker process that works on the test database and mails to the sink."""
    database = connection.settings_dict
    environment = {
        **os.environ,
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database),
        "EMAIL_PORT": str(sink.port),
    }
    app.control.purge()
    command = "-m celery -A tests worker --concurrency 2 --pool threads --loglevel WARNING"
    process = subprocess.Popen([sys.executable, *command.split()], env=environment)
    assert settings.CELERY_TASK_ALWAYS_EAGER is False, "run by make test-services"
    wait_for(lambda: app.control.inspect(timeout=1).ping(), seconds=60)
    yield process
    process.send_signal(signal.SIGTERM)
    process.wait(30)


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until ``condition`` holds, at most ``seconds``; fails the test otherwise."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.1)
    pytest.fail(f"not within {seconds} s: {condition}")
