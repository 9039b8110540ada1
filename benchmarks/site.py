"""The site that the benchmarks run: the tests' site on PostgreSQL behind gunicorn."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

DATABASE = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/cx_bench")


def setup() -> None:
    """Point Django at a fresh database of the benchmarks' own, with all tables."""
    os.environ["DATABASE_URL"] = DATABASE
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    recreate(DATABASE)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, run_syncdb=True)


def recreate(database: str) -> None:
    """Make an empty database in place of the one of that address."""
    import psycopg
    from django.db import connections

    connections.close_all()  # of the benchmark before
    server, _, name = database.rpartition("/")
    with closing(psycopg.connect(f"{server}/postgres", autocommit=True)) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')


def make_database(name: str) -> str:
    """Make an empty database beside ours for what is compared; return its URL."""
    url = f"{DATABASE}_{name}"
    recreate(url)
    return url


def make_article() -> Any:
    """Return a live article without blocks, below the home page."""
    from wagtail.models import Site

    from tests.site.models import ArticlePage

    home = Site.objects.get().root_page
    return home.add_child(instance=ArticlePage(title="Article", slug="article"))


def make_survey() -> Any:
    """Return a published survey with one question."""
    from cx_feedback.surveys.models import Survey
    from cx_feedback.surveys.services import publish_survey

    question = {"label": "Why?", "help": "", "required": False}
    return publish_survey(
        survey=Survey(
            title="Survey",
            open_by_address=True,
            questions=[{"type": "text", "id": "q", "value": question}],
        )
    )


def make_widget() -> Any:
    """Return a published NPS widget."""
    from cx_feedback.nps.models import NPSWidget
    from cx_feedback.surveys.services import publish_survey

    return publish_survey(survey=NPSWidget(title="Would you recommend us?", open_by_address=True))


def queries(job: Callable[[], object]) -> int:
    """Return how many statements ``job`` sends to the database."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        job()
    return len(captured)


@contextmanager
def gunicorn(
    module: str = "benchmarks.wsgi",
    python: str = sys.executable,
    threads: int = 4,
    **process: Any,
) -> Iterator[int]:
    """Serve a site, ours by default, with one worker of ``threads``; yields the port."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            *(python, "-m", "gunicorn", module, "--bind", f"127.0.0.1:{port}"),
            *("--workers", "1", "--threads", str(threads)),
            *("--keep-alive", "60", "--log-level", "error"),
        ],
        **process,
    )
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(10)
