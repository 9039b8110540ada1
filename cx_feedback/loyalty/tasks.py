"""Celery tasks that call services. Each may run twice or never."""

import datetime

from celery import shared_task

from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.loyalty import services
from cx_feedback.loyalty.models import Run
from cx_feedback.loyalty.reports import attitudes
from cx_feedback.loyalty.scoring import runs


@shared_task(name="cx_feedback.loyalty.score_readers")
def score_readers(as_of: str | None = None) -> int:
    """Score all readers as of the end of a day (ISO 8601), by default yesterday."""
    run = runs.run_score(as_of=datetime.date.fromisoformat(as_of) if as_of else None)
    _queue_remaining_work(run)
    return int(run.summary.get("tiers_changed", 0))


@shared_task(name="cx_feedback.loyalty.refit_model")
def refit_model() -> str:
    """Refit and check the model, and score all readers; return the outcome of the run."""
    run = runs.run_score(refit=True)
    _queue_remaining_work(run)
    return run.outcome


def _queue_remaining_work(run: Run) -> None:
    """Queue the work that a scoring leaves: tier updates, and the announcement of silences."""
    for low, high in run.pending_ranges:
        nudge(update_tier_range.name, run.pk, low, high)
    nudge(announce_silences.name)


@shared_task(name="cx_feedback.loyalty.update_tier_range")
def update_tier_range(run_id: int, low: int, high: int) -> int:
    """Update the tiers of the readers with ids in a range; idempotent."""
    moved = runs.process_range(run_id=run_id, ids=(low, high))
    if moved.newly_silent:
        nudge(announce_silences.name)
    return moved.changed


@shared_task(name="cx_feedback.loyalty.find_silences")
def find_silences() -> int:
    """Find missing silences, and queue tier updates that were lost."""
    for run_id, (low, high) in runs.get_pending_ranges():
        nudge(update_tier_range.name, run_id, low, high)
    found = int(runs.run_silence_check().summary.get("newly_silent", 0))
    if found:
        nudge(announce_silences.name)
    return found


@shared_task(name="cx_feedback.loyalty.end_silences")
def end_silences() -> int:
    """End the silences of readers who came back."""
    return services.end_silences(since=services.get_unscored_since())


@shared_task(name="cx_feedback.loyalty.announce_silences")
def announce_silences() -> int:
    """Announce new silences to the other rooms."""
    return services.announce_silences()


@shared_task(name="cx_feedback.loyalty.update_reports")
def update_reports(as_of: str | None = None) -> int:
    """Update all reports as of the end of a day (ISO 8601), by default yesterday."""
    run = runs.run_reports(as_of=datetime.date.fromisoformat(as_of) if as_of else None)
    return int(run.summary.get("effects", 0))


@shared_task(name="cx_feedback.loyalty.update_attitudes")
def update_attitudes() -> int:
    """Update the last answers of readers."""
    return attitudes.update_attitudes()
