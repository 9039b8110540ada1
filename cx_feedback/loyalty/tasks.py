"""Celery tasks: thin calls of services, each safe to run twice or never."""

import datetime

from celery import shared_task

from cx_feedback.core.tasks import nudge
from cx_feedback.loyalty import services
from cx_feedback.loyalty.models import Run
from cx_feedback.loyalty.reports import attitudes
from cx_feedback.loyalty.scoring import runs


@shared_task
def score(as_of: str | None = None) -> int:
    """Score all readers as of the end of a day (ISO), yesterday by default, and tell the rest."""
    run = runs.run_score(as_of=datetime.date.fromisoformat(as_of) if as_of else None)
    _go_on(run)
    return int(run.summary.get("tiers_changed", 0))


@shared_task
def refit() -> str:
    """Fit the model anew, compare it with what came, and score; return the outcome."""
    run = runs.run_score(refit=True)
    _go_on(run)
    return run.outcome


def _go_on(run: Run) -> None:
    """Queue what a scoring leaves to tasks: ranges of readers to move, silences to tell of."""
    for low, high in run.left:
        nudge(move.name, run.pk, low, high)
    nudge(announce.name)


@shared_task
def move(run_id: int, low: int, high: int) -> int:
    """Move the readers with ids in a range to the tiers of a scoring; twice changes nothing."""
    moved = runs.move_range(run_id=run_id, ids=(low, high))
    if moved.newly_silent:
        nudge(announce.name)
    return moved.changed


@shared_task
def find_silent() -> int:
    """Find silences that a scoring did not get to, and ranges of readers that nobody moved."""
    for run_id, (low, high) in runs.unmoved():
        nudge(move.name, run_id, low, high)
    found = int(runs.run_silent().summary.get("newly_silent", 0))
    if found:
        nudge(announce.name)
    return found


@shared_task
def find_won_back() -> int:
    """End the silences of readers who came again."""
    return services.find_won_back(since=services.lately())


@shared_task
def announce() -> int:
    """Tell the other rooms of silences they have not heard of."""
    return services.announce()


@shared_task
def measure(as_of: str | None = None) -> int:
    """Measure what brings readers back, experiments, cohorts and outcomes, as of a day (ISO)."""
    run = runs.run_measure(as_of=datetime.date.fromisoformat(as_of) if as_of else None)
    return int(run.summary.get("effects", 0))


@shared_task
def keep_attitudes() -> int:
    """Bring what readers said last up to date."""
    return attitudes.keep_attitudes()
