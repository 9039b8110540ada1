"""Celery tasks of the surveys; each may run twice or never."""

from celery import shared_task

from cx_feedback.surveys.exports import services as exports
from cx_feedback.surveys.partials import services as partials
from cx_feedback.surveys.responses import anonymity
from cx_feedback.surveys.results import tally_folding


@shared_task(ignore_result=True, name="cx_feedback.surveys.fold_responses")
def fold_responses() -> int:
    """Fold the responses that are not folded yet into the tallies."""
    return tally_folding.fold_responses()


@shared_task(ignore_result=True, name="cx_feedback.surveys.write_export")
def write_export(export_id: int) -> bool:
    """Write a requested export."""
    return exports.write_export(export_id=export_id)


@shared_task(ignore_result=True, name="cx_feedback.surveys.sweep_exports")
def sweep_exports() -> int:
    """Delete old exports and continue those that have stopped."""
    return exports.sweep_exports()


@shared_task(ignore_result=True, name="cx_feedback.surveys.clear_anonymous_keys")
def clear_anonymous_keys() -> int:
    """Clear the keys of anonymous responses that no repetition needs any more."""
    return anonymity.clear_keys()


@shared_task(ignore_result=True, name="cx_feedback.surveys.sweep_partials")
def sweep_partials() -> int:
    """Delete the answered pages that nobody has continued for too long."""
    return partials.sweep_partials()
