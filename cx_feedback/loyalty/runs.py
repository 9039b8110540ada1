"""Runs of the room's tasks: one at a time, with progress and outcome kept in a row."""

import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from cx_feedback.core.errors import FeedbackError
from cx_feedback.loyalty import services
from cx_feedback.loyalty.locks import only_one
from cx_feedback.loyalty.models import Run

#: Days for which runs are kept.
KEPT_DAYS = 90
#: Steps of each task, for the share that is done.
STEPS = {Run.Kind.SCORE: 5, Run.Kind.REFIT: 5, Run.Kind.SILENT: 2}

Work = Callable[[Run], dict[str, Any]]


def last_runs() -> dict[str, Run]:
    """Return the newest run of each task that has run."""
    found = (Run.objects.filter(kind=kind).order_by("-started_at").first() for kind in Run.Kind)
    return {run.kind: run for run in found if run is not None}


def run_score(*, as_of: datetime.date | None = None, refit: bool = False) -> Run:
    """Score all readers as of a day, yesterday by default.

    Silences found are not told of here: ``services.announce`` does, once for each.
    """
    kind = Run.Kind.REFIT if refit else Run.Kind.SCORE

    def work(run: Run) -> dict[str, Any]:
        report = services.score(as_of=as_of, refit=refit, progress=lambda step: note(run, step))
        run.as_of, run.fit = report.as_of, report.fit
        return {
            "readers": report.fit.readers if report.fit else 0,
            "tiers_changed": report.tiers_changed,
            "newly_silent": report.newly_silent,
            "found_late": report.found_late,
            "won_back": report.won_back,
        }

    return _run(kind, work)


def run_silent() -> Run:
    """Find who returned and who fell silent and has no silence yet."""

    def work(run: Run) -> dict[str, Any]:
        note(run, Run.Step.RETURNED)
        won_back = services.find_won_back()
        note(run, Run.Step.MOVE)
        newly_silent, found_late = services.find_silent()
        return {"won_back": won_back, "newly_silent": newly_silent, "found_late": found_late}

    return _run(Run.Kind.SILENT, work)


def note(run: Run, step: str) -> None:
    """Write down that a step of ``run`` begins."""
    run.steps_done, run.step = run.steps_done + bool(run.step), step
    run.moved_at = timezone.now()
    run.save()


def _run(kind: Run.Kind, work: Work) -> Run:
    run = Run(kind=kind, steps=STEPS[kind])
    with only_one() as free:
        if not free:
            _end(run, Run.Outcome.SKIPPED, "another run was going on")
            return run
        # Whoever is still called running holds no lock any more.
        Run.objects.filter(outcome=Run.Outcome.RUNNING).update(outcome=Run.Outcome.DIED)
        _forget_old()
        run.save()
        try:
            run.summary = work(run)
        except FeedbackError as error:  # it says what to do: nothing for an error log
            _end(run, Run.Outcome.FAILED, str(error))
        except Exception as error:
            _end(run, Run.Outcome.FAILED, f"{type(error).__name__}: {error}")
            raise
        else:
            run.steps_done = run.steps
            _end(run, Run.Outcome.DONE)
    return run


def _end(run: Run, outcome: str, message: str = "") -> None:
    run.outcome, run.message, run.finished_at = outcome, message, timezone.now()
    run.save()


def _forget_old() -> None:
    old = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    Run.objects.filter(started_at__lt=old).delete()
