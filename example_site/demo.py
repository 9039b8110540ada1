"""Set up the example site and serve it: ``python -m example_site.demo``.

``PORT`` and ``DEMO_DIR`` say where, ``DEMO_READERS`` how many readers are simulated. Every step
can be run again: a second start finds the database filled and goes straight on to the servers.
Ctrl-C or SIGTERM ends everything that was started.
"""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

PORT = int(os.environ.get("PORT") or 8000)
DEMO_DIR = Path(os.environ.get("DEMO_DIR") or ".demo").resolve()
ADDRESS = f"http://127.0.0.1:{PORT}"
READERS = os.environ.get("DEMO_READERS") or "3000"
PATIENCE = 60.0
GRACE = 10.0


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


class DemoError(Exception):
    """The demo cannot go on; the message says why and what to do."""


class Processes:
    """The servers of the demo, each in a process group of its own."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: list[str], log: Path) -> None:
        """Start a server whose words go into a log of its own."""
        with log.open("ab") as out:
            self.running[name] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def check(self) -> None:
        """Complain if a server has ended by itself."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise DemoError(
                    f"The {name} ended with code {process.returncode}. "
                    f"See {DEMO_DIR / 'log'} for what it said."
                )

    def _signal(self, number: int) -> None:
        for process in self.running.values():
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                continue

    def _groups_left(self) -> bool:
        left = False
        for process in self.running.values():
            process.poll()
            try:
                os.killpg(process.pid, 0)
                left = True
            except ProcessLookupError:
                continue
        return left

    def end(self) -> None:
        """End all servers and their children, first kindly."""
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while self._groups_left() and time.monotonic() < deadline:
            time.sleep(0.1)
        if self._groups_left():
            self._signal(signal.SIGKILL)
        for process in self.running.values():
            process.wait()


def manage(*arguments: str) -> None:
    """Run one of Django's commands and stop the demo if it fails."""
    result = subprocess.run([sys.executable, "manage.py", *arguments], check=False)
    if result.returncode:
        raise DemoError(f"`manage.py {' '.join(arguments)}` failed; the reason stands above.")


def check_port() -> None:
    """Complain if something else answers on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", PORT)) == 0:
            raise DemoError(f"Port {PORT} is taken. Choose another: make demo PORT=8001")


def schema_version() -> str:
    """Return a fingerprint of the tables that the code expects."""
    root = Path(__file__).resolve().parent.parent
    paths = sorted(
        [*root.glob("cx_feedback/*/migrations/*.py"), *root.glob("example_site/*/migrations/*.py")]
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def check_data() -> None:
    """Complain if the data are those of another development version.

    A migration that no release has may still change: old tables cannot follow.
    """
    built = DEMO_DIR / "schema-version"
    if built.exists():
        is_other = built.read_text(encoding="utf-8") != schema_version()
    else:
        is_other = (DEMO_DIR / "db.sqlite3").exists()
    if is_other:
        raise DemoError(
            f"The data in {DEMO_DIR} belong to another development version. To begin anew, delete "
            "that folder, or choose another one: make demo DEMO_DIR=.demo-new"
        )
    DEMO_DIR.mkdir(parents=True, exist_ok=True)
    built.write_text(schema_version(), encoding="utf-8")


def simulate_once() -> None:
    """Let simulated readers visit, the first time only."""
    done = DEMO_DIR / "readers-simulated"
    if done.exists():
        return
    say(f"[2/3] Simulating {READERS} readers over 26 weeks (the first time only)")
    manage("simulate_readers", "--readers", READERS)
    done.touch()


def wait_until_served(processes: Processes) -> None:
    """Wait until the web server really answers with a page."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        processes.check()
        try:
            with urllib.request.urlopen(f"{ADDRESS}/es/", timeout=10) as response:
                if response.status == 200:
                    return
        except urllib.error.HTTPError as error:
            raise DemoError(f"The site answers with an error: {error}") from error
        except OSError:
            time.sleep(0.2)
    raise DemoError(f"The web server did not answer within {PATIENCE:.0f} seconds.")


def start_servers(processes: Processes) -> None:
    """Start the web server, and one Celery worker with beat inside."""
    log = DEMO_DIR / "log"
    log.mkdir(parents=True, exist_ok=True)
    web = ["-m", "gunicorn", "example_site.wsgi", "--bind", f"127.0.0.1:{PORT}"]
    web += ["--workers", "2", "--threads", "4", "--preload", "--no-control-socket"]
    processes.start("web server", [sys.executable, *web], log / "web.log")
    worker = ["-m", "celery", "-A", "example_site", "worker", "--beat", "--pool", "solo"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    worker += ["--loglevel", "INFO", "--schedule", str(DEMO_DIR / "beat-schedule")]
    processes.start("Celery worker", [sys.executable, *worker], log / "worker.log")


def serve(processes: Processes) -> None:
    """Start the servers, say when they are ready, and watch over them."""
    from example_site.building.accounts import ACCOUNTS, demo_password

    say("[3/3] Starting the web server and a Celery worker with beat")
    start_servers(processes)
    wait_until_served(processes)
    processes.check()
    names = ", ".join(account.username for account in ACCOUNTS)
    say(f"\nReady: {ADDRESS}/")
    say(f"Admin: {ADDRESS}/admin/")
    say(f"Login: {names}; password {demo_password()}")
    say(f"Mails: {DEMO_DIR / 'mail'}   Logs: {DEMO_DIR / 'log'}")
    say("Ctrl-C ends the demo; what was answered stays.")
    while True:
        time.sleep(0.5)
        processes.check()


def stop_on_signals() -> None:
    """Turn SIGTERM and SIGHUP into the same orderly end as Ctrl-C.

    SIGINT too: a shell's background job begins with it ignored. SIGHUP stays so after nohup.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    handler: Callable[[int, FrameType | None], None] = interrupt
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, handler)


def main() -> int:
    """Run the demo until it is told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example_site.settings")
    os.chdir(Path(__file__).resolve().parent.parent)
    os.environ.update(PORT=str(PORT), DEMO_DIR=str(DEMO_DIR))
    stop_on_signals()
    processes = Processes()
    try:
        check_port()
        check_data()
        say(f"[1/3] Preparing the database and building the magazine in {DEMO_DIR}")
        manage("build_magazine", "--migrate")
        simulate_once()
        serve(processes)
    except KeyboardInterrupt:
        say("\nEnding the demo.")
        return 0
    except DemoError as error:
        say(f"\nThe demo cannot go on: {error}")
        return 1
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        processes.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
