"""Runs an examination in a thread, and keeps one that was given up from locking the others."""

import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connections
from django.utils import translation

from cx_feedback.core.caching.deadlines import Workers, run_within
from cx_feedback.core.health.findings import Finding
from cx_feedback.core.health.registry import Examination

#: Seconds that one that was given up gets to take back what it wrote, before the next begins.
GRACE = 5.0

# Examinations that hang don't take threads from calls to the cache.
_workers = Workers(most=4)


class GivenUp(DatabaseError):
    """A query of an examination whose time is over. It ends the transaction, and its locks."""


@dataclass
class _Run:
    """An examination that runs in a thread."""

    examination: Examination
    has_begun: threading.Event = field(default_factory=threading.Event)
    is_given_up: threading.Event = field(default_factory=threading.Event)
    has_ended: threading.Event = field(default_factory=threading.Event)
    #: Whether what it wrote is taken back just now, for which queries are needed.
    cleans_up: bool = False

    def refuse_late_queries(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        """Execute a query unless time is over; savepoints are rolled back nevertheless."""
        late = self.is_given_up.is_set() and not self.cleans_up
        if late and not str(sql).startswith("ROLLBACK"):
            raise GivenUp("The time of this examination is over.")
        return execute(sql, params, many, context)


_current: contextvars.ContextVar[_Run | None] = contextvars.ContextVar("cx_run", default=None)
#: Those that write, were given up, and have not ended.
_hanging: list[_Run] = []


def run_apart(examination: Examination) -> tuple[Finding, ...]:
    """Return the findings of an examination; raises TimeoutError.

    It runs in a thread, with connections to the databases of its own. One that is given up ends
    with its next query, and what it had changed is rolled back.
    """
    language, run = translation.get_language(), _Run(examination)

    def examine() -> tuple[Finding, ...]:
        run.has_begun.set()
        _current.set(run)
        try:
            with translation.override(language), ExitStack() as stack:
                for connection in connections.all():
                    stack.enter_context(connection.execute_wrapper(run.refuse_late_queries))
                return tuple(examination.examine())
        finally:
            connections.close_all()
            run.has_ended.set()

    try:
        found: tuple[Finding, ...] = run_within(
            examination.seconds, lambda: contextvars.Context().run(examine), _workers
        )
    except TimeoutError:
        _give_up(run)
        raise
    return found


def _give_up(run: _Run) -> None:
    """Wait until a run that is over has let go of its locks, and remember it if it doesn't."""
    run.is_given_up.set()
    may_lock = run.examination.writes and run.has_begun.is_set()
    if may_lock and not run.has_ended.wait(GRACE):
        _hanging.append(run)


def find_lock_holder() -> Examination | None:
    """Return an examination that was given up and may still lock rows of the databases."""
    _hanging[:] = [run for run in _hanging if not run.has_ended.is_set()]
    return _hanging[0].examination if _hanging else None


@contextmanager
def cleanup_queries() -> Iterator[None]:
    """Let queries pass within the block, also of an examination that was given up."""
    run = _current.get()
    if run is None:
        yield
        return
    before, run.cleans_up = run.cleans_up, True
    try:
        yield
    finally:
        run.cleans_up = before
