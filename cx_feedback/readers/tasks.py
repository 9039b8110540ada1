"""Celery tasks of the readers room. Each may run twice or never."""

from celery import shared_task

from cx_feedback.readers.acts import idempotency
from cx_feedback.readers.background.jobs import worker_monitor
from cx_feedback.readers.visits import past_visits

# Celery imports the tasks of all apps, so whatever a worker runs is noted.
worker_monitor.connect()


@shared_task(ignore_result=True, name="cx_feedback.readers.delete_old_answers")
def delete_old_answers() -> int:
    """Delete old stored responses."""
    return idempotency.delete_old_answers()


@shared_task(ignore_result=True, name="cx_feedback.readers.fold_old_visits")
def fold_old_visits() -> int:
    """Count and delete the visit days that are older than the site keeps them."""
    return past_visits.fold_old_visits()
