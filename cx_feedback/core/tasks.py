"""Nudging tasks after a commit. Rows are the truth: a nudge that is lost costs only time."""

import logging
from typing import Any

from celery import Task
from django.core.cache import cache
from django.db import transaction

logger = logging.getLogger(__name__)


def nudge(task: Task, *args: Any, every: int = 0) -> None:
    """Queue ``task`` with ``args`` once the current transaction has been committed.

    With ``every`` (seconds) at most one nudge of the task goes out in that time. A broker that
    cannot be reached is logged, never raised: the beat sweep finds the rows later.
    """

    def send() -> None:
        if every and not cache.add(f"cx:nudge:{task.name}", 1, every):
            return
        try:
            task.apply_async(args, retry=False, ignore_result=True)
        except Exception:
            logger.warning("Could not queue %s; the next sweep will do it", task.name)

    transaction.on_commit(send)
