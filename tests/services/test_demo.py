"""The demo as ``make demo`` runs it: ready, answered, ended, and started again."""

import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.example_site.surroundings import ROOT, environment
from tests.services.conftest import wait_for

pytestmark = pytest.mark.services

FIRST_START, SECOND_START, END = 300, 90, 20
REASON = "Because the last customer got an answer."
ADDRESS = "somebody.new@readers.example"


class Demo:
    """A running demo in a session of its own, its words in ``said``."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.address = folder, f"http://127.0.0.1:{port}"
        self.log = folder.parent / f"{folder.name}-{time.monotonic_ns()}.log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "example_site.demo"],
                cwd=ROOT,
                env=environment(folder, PORT=str(port), DEMO_READERS="200"),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def wait_until_ready(self, seconds: float) -> None:
        line = f"Ready: {self.address}/\n"
        wait_for(lambda: line in self.said or self.process.poll() is not None, seconds)
        assert line in self.said, self.said[-3000:]

    def processes(self) -> list[int]:
        """Return all processes whose environment names this demo's folder."""
        mark = f"DEMO_DIR={self.folder}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
        return found

    def kill(self) -> None:
        """End what a failed test left behind; the demo first, so that it starts nothing more."""
        self.process.kill()
        self.process.wait(10)
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def rows(self, query: str, *values: object) -> list[tuple]:
        with contextlib.closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=20)) as rows:
            return rows.execute(query, values).fetchall()

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=30) as response:
            assert response.status == 200
            return response.read().decode()

    def post(self, path: str, data: dict) -> int:
        request = urllib.request.Request(
            self.address + path,
            json.dumps(data).encode(),
            {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status


@pytest.fixture
def start(tmp_path) -> Iterator:
    """Return a function that starts the demo; whatever happens, nothing of it is left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    demos: list[Demo] = []

    def start_(listening: socket.socket | None = None) -> Demo:
        if listening is not None:
            listening.bind(("127.0.0.1", port))
            listening.listen()
        demos.append(Demo(tmp_path / "demo", port))
        return demos[-1]

    yield start_
    for demo in demos:
        demo.kill()


def end(demo: Demo) -> None:
    """Press Ctrl-C and see that all of the demo ends in time."""
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(END) == 0
    assert "Ending the demo." in demo.said
    assert demo.processes() == []


def answer(demo: Demo) -> None:
    """Answer the NPS question below an article, as its page's script would."""
    page = demo.get("/es/articulos/la-ultima-clienta/")
    address = re.search(r'data-cx-api="(/feedback/api/v1/nps/\d+/responses/)"', page)
    number = re.search(r'name="page" value="(\d+)"', page)
    assert address
    assert number
    answers = {"score": 9, "reason": REASON}
    assert demo.post(address[1], {"page": int(number[1]), "answers": answers}) == 201


def subscribe(demo: Demo) -> None:
    """Ask for the newsletter."""
    page = demo.get("/es/boletin/")
    number = re.search(r'name="list" value="(\d+)"', page)
    assert number
    data = {"list": int(number[1]), "email": ADDRESS}
    assert demo.post("/feedback/api/v1/subscriptions/", data) in {201, 202}


def folded(demo: Demo) -> list[tuple]:
    """Return whether the answer is folded into the tallies, by answer."""
    return demo.rows(
        "select folded from cx_feedback_surveys_response"
        " where json_extract(answers, '$.reason') = ?",
        REASON,
    )


def mails(demo: Demo) -> list[str]:
    """Return the mails to the new subscriber."""
    texts = [path.read_text("utf-8") for path in (demo.folder / "mail").glob("*")]
    return [text for text in texts if ADDRESS in text]


def ask_doctor(demo: Demo) -> set[str]:
    """Return the codes of what the doctor finds; none may be an error."""
    told = subprocess.run(
        [sys.executable, "manage.py", "cx_doctor", "--json"],
        cwd=ROOT,
        env=environment(demo.folder, PORT=demo.address.rpartition(":")[2]),
        check=True,  # it ends with 1 if something is wrong
        capture_output=True,
        text=True,
    ).stdout
    examined = json.loads(told)["examinations"]
    assert {"survey", "nps", "comments", "subscribe", "letter"} <= {
        one["examination"] for one in examined
    }
    return {finding["code"] for one in examined for finding in one["findings"]}


def test_the_demo_is_ready_works_ends_and_starts_again(start):
    demo = start()
    demo.wait_until_ready(FIRST_START)
    assert "Admin: " in demo.said
    assert "Login: " in demo.said
    answer(demo)
    subscribe(demo)
    wait_for(lambda: folded(demo) == [(1,)], 60)
    wait_for(lambda: mails(demo), 90)
    assert ask_doctor(demo) == set()
    end(demo)

    again = start()
    again.wait_until_ready(SECOND_START)
    assert "Simulating" not in again.said
    assert folded(again) == [(1,)]
    end(again)


def test_a_taken_port_is_named_and_nothing_is_left(start):
    with socket.socket() as other:
        demo = start(listening=other)
        assert demo.process.wait(60) == 1
        assert "is taken" in demo.said
        assert not (demo.folder / "db.sqlite3").exists()
        assert demo.processes() == []
