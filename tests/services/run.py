"""``make test-services``: the suite on PostgreSQL, then what needs servers and a browser.

``python -m tests.services.run ROUND …`` does these rounds only: suite, services, broker, browser,
or once, which is in ``make test``.
Servers that run already are used as they are, with a database, queues and ports of our own.
Where they are comes from the environment: CX_POSTGRES, CX_REDIS, CX_RABBITMQ, CX_CHROMIUM.
"""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests import once_more
from tests.steps import WHOLE

POSTGRES = os.environ.get("CX_POSTGRES", "postgres://postgres@127.0.0.1:5432/cx_feedback_tests")
REDIS = os.environ.get("CX_REDIS", "redis://127.0.0.1:6379/13")
RABBITMQ = os.environ.get("CX_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")
CHROMIUM = os.environ.get("CX_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


def missing() -> Iterator[str]:
    """Say what does not answer, and how to name another place."""
    for name, url, variable in (
        ("PostgreSQL", POSTGRES, "CX_POSTGRES"),
        ("Redis", REDIS, "CX_REDIS"),
        ("RabbitMQ", RABBITMQ, "CX_RABBITMQ"),
    ):
        parts = urlsplit(url)
        try:
            socket.create_connection((parts.hostname or "", parts.port or 0), 3).close()
        except OSError as error:
            yield f"{name} does not answer at {parts.hostname}:{parts.port} ({error}); {variable}"
    if not os.access(CHROMIUM, os.X_OK):
        yield f"No Chromium at {CHROMIUM}; install it or set CX_CHROMIUM"


def main() -> int:
    lacking = list(missing())
    if lacking:
        print(
            "make test-services needs servers (.ci/run starts them on Debian):",
            *lacking,
            sep="\n  ",
        )
        return 1
    postgres = {"DATABASE_URL": POSTGRES}
    queue = {"CELERY_TASK_DEFAULT_QUEUE": f"cx-tests-{os.getpid()}"}
    both_cores = ["-n", "auto"]
    suite = ["--migrations", "--cov", "--cov-report=term:skip-covered", *both_cores]
    rounds: dict[str, tuple[list[str], dict[str, str]]] = {
        # One by one: these tests are few and long.
        "once": ([*both_cores, "--maxschedchunk", "1"], {}),
        "suite": (suite, postgres),
        "services": ([], {**postgres, **queue, "CELERY_BROKER_URL": REDIS}),
        "broker": ([], {**postgres, **queue, "CELERY_BROKER_URL": RABBITMQ}),
        "browser": (["-n", "2"], {**postgres, "CX_CHROMIUM": CHROMIUM}),
    }
    if unknown := set(sys.argv[1:]) - set(rounds):
        print("No round is called", *sorted(unknown), "- there are", *rounds)
        return 2
    for name in sys.argv[1:] or ("suite", "services", "broker", "browser"):
        more, environment = rounds[name]
        arguments = [*WHOLE[name].arguments, *more]
        print("+ pytest", *arguments, *(f"{k}={v}" for k, v in environment.items()), flush=True)
        if code := once_more.run(arguments, environment):
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
