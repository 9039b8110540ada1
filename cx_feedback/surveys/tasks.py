"""Celery tasks of the surveys; each may run twice or never."""

from celery import shared_task

from cx_feedback.surveys.exports import services as exports
from cx_feedback.surveys.results import folding


@shared_task(ignore_result=True)
def fold() -> int:
    """Fold the responses that are not folded yet into the tallies."""
    return folding.fold_responses()


@shared_task(ignore_result=True)
def write_export(export_id: int) -> bool:
    """Write an export that was asked for."""
    return exports.write(export_id=export_id)


@shared_task(ignore_result=True)
def sweep_exports() -> int:
    """Delete exports that are too old and take up those that stand still."""
    return exports.sweep()
