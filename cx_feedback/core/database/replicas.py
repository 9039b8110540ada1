"""Reads of an act come from the database that it writes to, however a site routes reads.

A replica is behind: what an act has just stored, or what the reader did a second ago, is not there
yet. So whatever our views and tasks read while they write comes from the database that is written
to, models of others included; elsewhere our models do so within a transaction, and once something
of ours was written, which in a transaction holds for all
models. Reading a page still goes to the replica.

A router of our own stands before those of the site and asks them where writes go. A site
without ``DATABASE_ROUTERS`` has none of this.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.signals import request_finished, request_started, setting_changed
from django.db import connections, router

#: Whether this context is one of our writes, or has written something of ours.
_acting: ContextVar[bool] = ContextVar("cx_acting", default=False)
_written: ContextVar[bool] = ContextVar("cx_written", default=False)
_SAFE = ("GET", "HEAD", "OPTIONS")
OURS = "cx_feedback"


class ReadYourWrites:
    """A database router that has a word only where a replica would be too late."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        if _acting.get():
            return _write_alias(model, hints)
        ours, written = model._meta.app_label.startswith(OURS), _written.get()
        if not (ours or written):
            return None
        alias = _write_alias(model, hints)
        in_transaction = connections[alias].in_atomic_block
        return alias if in_transaction or (ours and written) else None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        if model._meta.app_label.startswith(OURS):
            _written.set(True)
        return None


def _write_alias(model: Any, hints: dict[str, Any]) -> str:
    """Return where writes of ``model`` go; asking is not writing."""
    before = _written.get()
    alias: str = router.db_for_write(model, **hints)
    _written.set(before)
    return alias


def connect_signals() -> None:
    """Stand before the site's routers, if it has any; called when Django is ready."""
    install_router()
    setting_changed.connect(_routers_changed, dispatch_uid="cx_replicas_setting")
    request_started.connect(_reset_state, dispatch_uid="cx_replicas_before")
    request_finished.connect(_reset_state, dispatch_uid="cx_replicas_after")


def connect_task_signals() -> None:
    """Let tasks read what they write; called where Celery is there, when tasks are imported."""
    from celery import signals

    signals.task_prerun.connect(_task_begins, dispatch_uid="cx_replicas_task")
    signals.task_postrun.connect(_task_ends, dispatch_uid="cx_replicas_task_end")


def install_router() -> None:
    """Put the router before those of the site; nothing where it has none."""
    routers = router.routers
    if routers and not any(isinstance(one, ReadYourWrites) for one in routers):
        routers.insert(0, ReadYourWrites())


@contextmanager
def read_from_primary() -> Iterator[None]:
    """Read from the databases that are written to, within the block."""
    if settings.DATABASE_ROUTERS:
        install_router()
    token = _acting.set(True)
    try:
        yield
    finally:
        _acting.reset(token)


def is_write(method: str | None) -> bool:
    """Return whether a request of this method is an act."""
    return method not in _SAFE


def _routers_changed(*, setting: str, **kwargs: Any) -> None:
    if setting == "DATABASE_ROUTERS":
        install_router()


def _reset_state(**kwargs: Any) -> None:
    _written.set(False)
    _acting.set(False)


def _task_begins(task: Any = None, **kwargs: Any) -> None:
    """Note that one of our tasks runs; in a worker each begins with nothing written."""
    if task.name.startswith(OURS):
        task.request.cx_acting = _acting.set(True)


def _task_ends(task: Any = None, **kwargs: Any) -> None:
    token = getattr(task.request, "cx_acting", None)
    if token is None:
        return
    _acting.reset(token)
    if not task.request.is_eager:
        _written.set(False)
