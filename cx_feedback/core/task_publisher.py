"""Publishes tasks from a thread of its own, so that no request waits for a broker.

Nudges may be lost (a beat sweep finds what they were for): the queue is bounded, the same nudge
waits in it once, and while the broker does not answer nudges are dropped.
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

#: Different nudges that wait at most; more are dropped.
SIZE = 1000
#: Seconds for which a broker that failed is not asked again.
PAUSE = 30.0
#: Seconds that the thread waits for a broker: for a connection, an answer, a full buffer.
PATIENCE = 5
#: Seconds that the end of a process waits for what is queued.
DRAIN = 1.0

#: What keeps a transport from waiting for ever, by its driver; a site's own options win.
_TIMEOUTS: dict[str, dict[str, Any]] = {
    "amqp": {"read_timeout": PATIENCE, "write_timeout": PATIENCE},
    "redis": {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE},
}


def has_broker(app: Celery) -> bool:
    """Return whether the site made ``app``, or named a broker.

    Without an app of the site Celery falls back to one that takes any broker on this machine for
    its own.
    """
    is_fallback = app.main == "default" and isinstance(app.loader, Loader)
    return not is_fallback or bool(app.conf.broker_write_url)


class TaskPublisher:
    """One daemon thread, begun with the first task, with a connection of its own."""

    def __init__(self, size: int = SIZE, pause: float = PAUSE) -> None:
        self._size = size
        self._pause = pause
        self.reset()

    def reset(self) -> None:
        """Begin anew without a thread, as a process does that was forked."""
        # A connection that the parent has is left to the parent: closing it would end its own.
        self._connection: Connection | None = None
        self._connected_app: Celery | None = None
        self._pending: dict[tuple[str, str], tuple[Task, tuple[Any, ...]]] = {}
        self._changed = threading.Condition()
        self._is_publishing = False
        self._thread: threading.Thread | None = None
        self.breaker = CircuitBreaker(self._pause)

    def put(self, task: Task, args: tuple[Any, ...]) -> bool:
        """Queue ``task`` and return at once; False when it was dropped."""
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
        """Wait until all is published, ``seconds`` at most; return whether it is."""
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
        """Publish over the connection that there is; one that has died is replaced once."""
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
            # Once: a publish without retries would connect with a hundred of them.
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
    """Publish what is queued before a child of a worker ends, which runs no exit handlers."""
    publisher.drain()
