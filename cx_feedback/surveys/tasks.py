"""Celery tasks of the surveys; each may run twice or never."""

from celery import shared_task

from cx_feedback.surveys import folding


@shared_task(ignore_result=True)
def fold() -> int:
    """Fold the responses that are not folded yet into the tallies."""
    return folding.fold()
