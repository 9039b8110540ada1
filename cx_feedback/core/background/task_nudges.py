"""Nudging tasks after a commit. Work is stored in rows, so a lost nudge only costs time."""

import logging
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import Any

from celery import Task, current_app
from django.db import transaction

from cx_feedback.core.background.task_publisher import has_broker, publisher
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.database import replicas
from cx_feedback.core.text.failure_summary import format_stack

# Also where tasks run in the process that nudges them (``core.tasks`` does it in workers).
replicas.connect_task_signals()
logger = logging.getLogger(__name__)

#: The tasks that this process runs itself within ``running_nudges``.
_local_queue: ContextVar[deque[tuple[str, tuple[Any, ...]]] | None] = ContextVar(
    "cx_feedback_nudges", default=None
)


@contextmanager
def running_nudges(seconds: float = 60.0) -> Iterator[None]:
    """Run the tasks that the block nudges, and those that they nudge, in this process.

    They run after the block. No task is started after ``seconds``, because tasks may nudge
    themselves as long as there is work. The sweeps find the rest.
    """
    queue: deque[tuple[str, tuple[Any, ...]]] = deque()
    token = _local_queue.set(queue)
    try:
        yield
        end = time.monotonic() + seconds
        while queue and time.monotonic() < end:
            name, args = queue.popleft()
            with replicas.read_from_primary():
                get_task(name)(*args)
    finally:
        _local_queue.reset(token)


def get_task(name: str) -> Task:
    """Return the task called ``name``, "cx_feedback.<room>.<what it does>".

    Imports the ``tasks`` module of the room. Raises celery.exceptions.NotRegistered.
    """
    room = ".".join(name.split(".")[:2])
    import_module(f"{room}.tasks")
    return current_app.tasks[name]


def nudge(name: str, *args: Any, every: int = 0) -> None:
    """Queue the task called ``name`` once the current transaction is committed.

    Services name their task, because the module of the tasks imports the services. Nobody waits
    for the broker: a thread publishes the task and drops it if the broker does not take it (see
    ``task_publisher``); the beat sweep finds the rows later. With ``every`` (seconds) at most one
    nudge of the task is published in that time. Nothing is published on a site without a Celery
    app. With CELERY_TASK_ALWAYS_EAGER the task runs at once.
    """
    transaction.on_commit(lambda: _send_task(name, args, every))


def _send_task(name: str, args: tuple[Any, ...], every: int) -> None:
    if (local := _local_queue.get()) is not None:
        if (name, args) not in local:
            local.append((name, args))
        return
    if not has_broker(current_app):
        return
    if every and not cache.add(f"cx:nudge:{name}", 1, every):
        return
    if not current_app.conf.task_always_eager:
        publisher.put(get_task(name), args)
        return
    try:
        get_task(name).apply_async(args)
    except Exception as error:
        words = "Could not run %s; the next sweep will do it\n%s"
        logger.warning(words, name, format_stack(error))
