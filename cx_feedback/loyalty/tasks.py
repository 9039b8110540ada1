"""Celery tasks: thin calls of services, each safe to run twice or never."""

import datetime

from celery import shared_task

from cx_feedback.core.tasks import nudge
from cx_feedback.loyalty import attitudes, runs, services
from cx_feedback.loyalty import measure as measuring


@shared_task
def score(as_of: str | None = None) -> int:
    """Score all readers as of the end of a day (ISO), yesterday by default, and tell the rest."""
    run = runs.run_score(as_of=datetime.date.fromisoformat(as_of) if as_of else None)
    nudge(announce)
    return int(run.summary.get("tiers_changed", 0))


@shared_task
def refit() -> str:
    """Fit the model anew, compare it with what came, and score; return the outcome."""
    run = runs.run_score(refit=True)
    nudge(announce)
    return run.outcome


@shared_task
def find_silent() -> int:
    """Find silences that a scoring did not get to."""
    found = int(runs.run_silent().summary.get("newly_silent", 0))
    if found:
        nudge(announce)
    return found


@shared_task
def find_won_back() -> int:
    """End the silences of readers who came again."""
    return services.find_won_back()


@shared_task
def announce() -> int:
    """Tell the other rooms of silences they have not heard of."""
    return services.announce()


@shared_task
def measure(as_of: str | None = None) -> int:
    """Measure what brings readers back, experiments, cohorts and outcomes, as of a day (ISO)."""
    found = measuring.measure(as_of=datetime.date.fromisoformat(as_of) if as_of else None)
    return found.effects


@shared_task
def keep_attitudes() -> int:
    """Bring what readers said last up to date."""
    return attitudes.keep_attitudes()
