"""Jobs at the same time, each on a database connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

#: For tests of what happens at once; SQLite has one writer.
AT_ONCE = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer: set DATABASE_URL"
    ),
]


def in_threads(*jobs: Callable[[], Any]) -> list[Any]:
    """Start all ``jobs`` at the same moment and return what they returned; none may fail."""
    begin = threading.Barrier(len(jobs), timeout=60)
    errors: list[BaseException] = []
    returned: list[Any] = []

    def run(job: Callable[[], Any]) -> None:
        try:
            begin.wait()
            returned.append(job())
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return returned
