"""Reading from the primary database during acts, however a site routes its reads.

A replica lags behind: rows that an act has just stored, or that the reader stored a second ago,
may not be there yet. All reads of our views and tasks that write therefore use the database that
is written to, including reads of other apps' models. Elsewhere reads of our models use it within a
transaction, and after something of ours was written. Reading a page still uses the replica.

A router of this module comes before those of the site, and asks them for the database of writes.
A site without ``DATABASE_ROUTERS`` is not affected.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.signals import request_finished, request_started, setting_changed
from django.db import connections, router

#: Whether this context is an act of ours, and whether it has written any of our models.
_acting: ContextVar[bool] = ContextVar("cx_acting", default=False)
_written: ContextVar[bool] = ContextVar("cx_written", default=False)
_SAFE = ("GET", "HEAD", "OPTIONS")
OURS = "cx_feedback"


class ReadYourWrites:
    """A database router that only decides where a replica might lag behind."""

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
    """Return the database for writes of ``model``, without recording a write."""
    before = _written.get()
    alias: str = router.db_for_write(model, **hints)
    _written.set(before)
    return alias


def connect_signals() -> None:
    """Install the router and connect signals; called when Django is ready."""
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
    """Put the router before those of the site, if it has any."""
    routers = router.routers
    if routers and not any(isinstance(one, ReadYourWrites) for one in routers):
        routers.insert(0, ReadYourWrites())


@contextmanager
def read_from_primary() -> Iterator[None]:
    """Read from the databases that are written to within the block."""
    if settings.DATABASE_ROUTERS:
        install_router()
    token = _acting.set(True)
    try:
        yield
    finally:
        _acting.reset(token)


def is_write(method: str | None) -> bool:
    """Return whether requests with this method write."""
    return method not in _SAFE


def _routers_changed(*, setting: str, **kwargs: Any) -> None:
    if setting == "DATABASE_ROUTERS":
        install_router()


def _reset_state(**kwargs: Any) -> None:
    _written.set(False)
    _acting.set(False)


def _task_begins(task: Any = None, **kwargs: Any) -> None:
    """Record that one of our tasks runs."""
    if task.name.startswith(OURS):
        task.request.cx_acting = _acting.set(True)


def _task_ends(task: Any = None, **kwargs: Any) -> None:
    token = getattr(task.request, "cx_acting", None)
    if token is None:
        return
    _acting.reset(token)
    if not task.request.is_eager:
        _written.set(False)
