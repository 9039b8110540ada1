"""Celery tasks of the readers room. Each may run twice or never."""

from celery import shared_task

from cx_feedback.core.privacy import expiry
from cx_feedback.readers.background.jobs import worker_monitor
from cx_feedback.readers.privacy import erasure_log

# Celery imports the tasks of all apps, so whatever a worker runs is noted.
worker_monitor.connect()


@shared_task(ignore_result=True, name="cx_feedback.readers.write_erasures")
def write_erasures() -> int:
    """Write erasures into the storage outside the database; return their number."""
    return erasure_log.write_erasures()


@shared_task(ignore_result=True, name="cx_feedback.readers.delete_expired")
def delete_expired() -> int:
    """Delete or clear what is older than its period, in all rooms; return the number of rows."""
    return sum(expiry.delete_expired().values())
