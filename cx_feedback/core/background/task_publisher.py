"""Publishes tasks from a separate thread, so that no request waits for a broker.

Nudges may be lost, because a beat sweep finds their work. The queue is bounded, holds each nudge
once, and nudges are dropped while the broker doesn't respond.
"""

import atexit
import logging
import os
import threading
import time
from typing import Any

from celery import Celery, Task, signals
from celery.loaders.default import Loader
from kombu import Connection, Producer

from cx_feedback.core.caching.circuit_breaker import CircuitBreaker

logger = logging.getLogger(__name__)

#: The most nudges that wait; more are dropped.
SIZE = 1000
#: Seconds for which a broker that failed isn't called.
PAUSE = 30.0
#: Seconds that the thread waits for a broker: for a connection, a response or a full buffer.
PATIENCE = 5
#: Seconds that a process waits for queued tasks when it ends.
DRAIN = 1.0

#: Timeouts of transports by driver; options of the site take precedence.
_TIMEOUTS: dict[str, dict[str, Any]] = {
    "amqp": {"read_timeout": PATIENCE, "write_timeout": PATIENCE},
    "redis": {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE},
}


def has_broker(app: Celery) -> bool:
    """Return whether ``app`` belongs to the site or has a broker.

    Without an app of the site, Celery falls back to one that connects to any local broker.
    """
    is_fallback = app.main == "default" and isinstance(app.loader, Loader)
    return not is_fallback or bool(app.conf.broker_write_url)


class TaskPublisher:
    """A daemon thread with its own connection, started with the first task."""

    def __init__(self, size: int = SIZE, pause: float = PAUSE) -> None:
        self._size = size
        self._pause = pause
        self.reset()

    def reset(self) -> None:
        """Start again without a thread, as after a fork."""
        # The connection of the parent process must not be closed here.
        self._connection: Connection | None = None
        self._connected_app: Celery | None = None
        self._pending: dict[tuple[str, str], tuple[Task, tuple[Any, ...]]] = {}
        self._changed = threading.Condition()
        self._is_publishing = False
        self._thread: threading.Thread | None = None
        self.breaker = CircuitBreaker(self._pause)

    def put(self, task: Task, args: tuple[Any, ...]) -> bool:
        """Queue ``task`` and return at once; return False if it was dropped."""
        key = (task.name, repr(args))
        with self._changed:
            if key in self._pending:
                return True
            if len(self._pending) >= self._size or not self.breaker.allows():
                return False
            self._pending[key] = (task, args)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="cx-tasks", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return True

    def drain(self, seconds: float = DRAIN) -> bool:
        """Wait at most ``seconds`` until the queue is empty; return whether it is."""
        end = time.monotonic() + seconds
        with self._changed:
            while (self._pending or self._is_publishing) and not self.breaker.is_open:
                if not self._changed.wait(max(0.0, end - time.monotonic())):
                    break
            return not self._pending and not self._is_publishing

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._pending:
                    self._changed.wait()
                task, args = self._pending.pop(next(iter(self._pending)))
                self._is_publishing = True
            try:
                self._publish(task, args)
            except Exception as error:
                self._give_up(task, error)
            else:
                self.breaker.succeeded()
            with self._changed:
                self._is_publishing = False
                self._changed.notify_all()

    def _publish(self, task: Task, args: tuple[Any, ...]) -> None:
        """Publish with the existing connection; a dead connection is replaced once."""
        is_new = self._connection is None or self._connected_app is not task.app
        try:
            self._send(task, args)
        except Exception:
            self._disconnect()
            if is_new:
                raise
            self._send(task, args)

    def _send(self, task: Task, args: tuple[Any, ...]) -> None:
        producer = Producer(self._connection_of(task.app), auto_declare=False)
        task.apply_async(args, producer=producer, retry=False, ignore_result=True)

    def _connection_of(self, app: Celery) -> Connection:
        if self._connection is None or self._connected_app is not app:
            self._disconnect()
            connection = app.connection_for_write(connect_timeout=PATIENCE)
            timeouts = _TIMEOUTS.get(connection.get_transport_cls().driver_type, {})
            connection.transport_options = {**timeouts, **(connection.transport_options or {})}
            # Connect once here, because publishing would retry the connection a hundred times.
            connection.ensure_connection(max_retries=1, interval_start=0)
            self._connection, self._connected_app = connection, app
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.collect(PATIENCE)
            except Exception:
                logger.debug("A connection to the broker could not be closed", exc_info=True)

    def _give_up(self, task: Task, error: Exception) -> None:
        self.breaker.failed()
        self._disconnect()
        with self._changed:
            dropped = len(self._pending) + 1
            self._pending.clear()
        logger.warning(
            "Could not queue %s (%s). For %d s no task is queued, %d were dropped: the sweeps of "
            "beat do their work.",
            task.name,
            error,
            self._pause,
            dropped,
        )


publisher = TaskPublisher()
os.register_at_fork(after_in_child=publisher.reset)
atexit.register(publisher.drain)


@signals.worker_process_shutdown.connect
def _drain_publisher(**kwargs: Any) -> None:
    """Publish queued tasks before a child process of a worker ends without exit handlers."""
    publisher.drain()
