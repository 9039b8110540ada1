"""Runs of the tasks: one at a time, with progress and outcome stored in a row."""

import datetime
from collections.abc import Callable
from dataclasses import asdict, astuple, replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cx_feedback.core import conf
from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.retention_periods import get_cutoff
from cx_feedback.core.text.failure_summary import summarize_failure
from cx_feedback.loyalty import services
from cx_feedback.loyalty.models import Run
from cx_feedback.loyalty.reports.nightly_reports import update_reports
from cx_feedback.loyalty.scoring.run_lock import acquire_run_lock

#: Number of steps of each task, for the progress.
STEPS = {Run.Kind.SCORE: 5, Run.Kind.REFIT: 5, Run.Kind.SILENCES: 2, Run.Kind.REPORTS: 5}
#: Figures that the task of a range adds to the summary of its run.
RANGE_FIGURES = ("tiers_changed", "newly_silent", "found_late")

Work = Callable[[Run], dict[str, Any]]


def get_last_runs() -> dict[str, Run]:
    """Return the newest run of each task that has run."""
    found = (Run.objects.filter(kind=kind).order_by("-started_at").first() for kind in Run.Kind)
    return {run.kind: run for run in found if run is not None}


def run_score(*, as_of: datetime.date | None = None, refit: bool = False) -> Run:
    """Score all readers as of a day, yesterday by default.

    New silences are announced by ``services.announce_silences``, once for each. With
    ``LOYALTY_READERS_PER_TASK`` the run goes on until ``process_range`` has done all of
    ``pending_ranges``. The weekly refit looks for returns among all silences, the nightly run
    only among recent visits.
    """
    per_task = conf.get("LOYALTY_READERS_PER_TASK")
    run, _report = _run_scoring(as_of=as_of, refit=refit, readers_per_task=per_task)
    return run


def run_manual_score(
    *, as_of: datetime.date | None = None, horizon_weeks: int | None = None
) -> tuple[Run, services.ScoreReport | None]:
    """Train the model, score all readers and update their tiers, recorded as a run.

    Returns the run and its report. The report is None if nothing was done, see the run's message.
    """
    return _run_scoring(as_of=as_of, refit=True, horizon_weeks=horizon_weeks)


def _run_scoring(
    *, as_of: datetime.date | None, refit: bool, **options: Any
) -> tuple[Run, services.ScoreReport | None]:
    kind = Run.Kind.REFIT if refit else Run.Kind.SCORE
    reports: list[services.ScoreReport] = []

    def work(run: Run) -> dict[str, Any]:
        returned = services.end_silences(as_of=as_of) if refit else 0
        report = services.score_readers(
            as_of=as_of, refit=refit, progress=lambda step: record_step(run, step), **options
        )
        report = replace(report, won_back=returned + report.won_back)
        reports.append(report)
        run.as_of, run.fit, run.pending_ranges = report.as_of, report.fit, report.pending_ranges
        Run.objects.filter(outcome=Run.Outcome.RUNNING).exclude(pk=run.pk).update(
            outcome=Run.Outcome.SKIPPED,
            pending_ranges=[],
            message="newer scores have taken its place",
        )
        return {
            "readers": report.fit.readers if report.fit else 0,
            "tiers_changed": report.tiers_changed,
            "newly_silent": report.newly_silent,
            "found_late": report.found_late,
            "won_back": report.won_back,
        }

    run = _execute_run(kind, work)
    return run, reports[0] if reports else None


def process_range(*, run_id: int, ids: tuple[int, int]) -> services.TierChanges:
    """Update the tiers of one of a run's ``pending_ranges``, and finish the run with the last.

    May run twice or at once with others; a range that no task has done stays in
    ``pending_ranges``, where ``get_pending_ranges`` finds it. Does nothing once newer scores have
    replaced those of the run.
    """
    run = Run.objects.filter(pk=run_id, outcome=Run.Outcome.RUNNING).first()
    if run is None or run.fit_id is None or list(ids) not in run.pending_ranges:
        return services.TierChanges()
    moved = services.update_tier_range(fit_id=run.fit_id, ids=ids)
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        run.pending_ranges = [some for some in run.pending_ranges if some != list(ids)]
        for name, more in zip(RANGE_FIGURES, astuple(moved), strict=True):
            run.summary[name] = run.summary.get(name, 0) + more
        run.updated_at = timezone.now()
        if run.pending_ranges or run.outcome != Run.Outcome.RUNNING:
            run.save()
        else:
            _finish_run(run, Run.Outcome.DONE)
    return moved


def get_pending_ranges() -> list[tuple[int, list[int]]]:
    """Return (run id, range) of the tier updates that no task has done yet."""
    waiting = Run.objects.filter(outcome=Run.Outcome.RUNNING).exclude(pending_ranges=[])
    return [(run.pk, ids) for run in waiting for ids in run.pending_ranges]


def run_reports(*, as_of: datetime.date | None = None) -> Run:
    """Update the reports as of a day, by default yesterday."""

    def work(run: Run) -> dict[str, Any]:
        return asdict(update_reports(as_of=as_of, progress=lambda step: record_step(run, step)))

    return _execute_run(Run.Kind.REPORTS, work)


def run_silence_check() -> Run:
    """End the silences of readers who came back, and create missing ones."""

    def work(run: Run) -> dict[str, Any]:
        record_step(run, Run.Step.RETURNED)
        won_back = services.end_silences(since=services.get_unscored_since(), any_tier=True)
        record_step(run, Run.Step.TIERS)
        newly_silent, found_late = services.find_silences()
        return {"won_back": won_back, "newly_silent": newly_silent, "found_late": found_late}

    return _execute_run(Run.Kind.SILENCES, work)


def record_step(run: Run, step: str) -> None:
    """Record that a step of ``run`` begins."""
    run.steps_done, run.step = run.steps_done + bool(run.step), step
    run.updated_at = timezone.now()
    run.save()


def _execute_run(kind: Run.Kind, work: Work) -> Run:
    run = Run(kind=kind, steps=STEPS[kind])
    with acquire_run_lock() as free:
        if not free:
            _finish_run(run, Run.Outcome.SKIPPED, "another run was going on")
            return run
        # Runs that are still marked as running don't hold the lock any more.
        # Those with pending ranges wait for tasks.
        Run.objects.filter(outcome=Run.Outcome.RUNNING, pending_ranges=[]).update(
            outcome=Run.Outcome.DIED
        )
        delete_old_runs()
        run.save()
        try:
            run.summary = work(run)
        except FeedbackError as error:  # its message says what to do
            _finish_run(run, Run.Outcome.FAILED, str(error))
        except Exception as error:
            _finish_run(run, Run.Outcome.FAILED, summarize_failure(error))
            raise
        else:
            run.steps_done = run.steps
            _finish_run(run, Run.Outcome.RUNNING if run.pending_ranges else Run.Outcome.DONE)
    return run


def _finish_run(run: Run, outcome: str, message: str = "") -> None:
    run.outcome, run.message = outcome, message
    run.finished_at = None if outcome == Run.Outcome.RUNNING else timezone.now()
    run.save()


def find_old_runs(now: datetime.datetime | None = None) -> QuerySet[Run]:
    """Return the log entries of tasks that have been kept long enough."""
    return Run.objects.filter(started_at__lt=get_cutoff("loyalty_runs", now=now))


def delete_old_runs() -> int:
    """Delete old log entries of tasks and return their number."""
    return find_old_runs().delete()[0]
