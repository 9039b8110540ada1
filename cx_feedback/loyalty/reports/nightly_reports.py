"""The nightly reports: the figures of the screens beside the scores, as of the end of a day."""

import datetime
from dataclasses import dataclass

from cx_feedback.core.pages import site_time
from cx_feedback.loyalty.effects.experiments import measure_experiments
from cx_feedback.loyalty.effects.hold_back_evidence import measure_evidence
from cx_feedback.loyalty.effects.measurement import measure_effects
from cx_feedback.loyalty.reports.attitudes import update_attitudes
from cx_feedback.loyalty.reports.cohorts import measure_cohorts
from cx_feedback.loyalty.reports.expected_returns import store_outcomes
from cx_feedback.loyalty.scoring.training import Progress, ignore_progress


@dataclass(frozen=True)
class ReportCounts:
    """The number of figures that a run stored."""

    attitudes: int
    outcomes: int
    effects: int
    experiments: int
    cohorts: int


def update_reports(
    *, as_of: datetime.date | None = None, progress: Progress = ignore_progress
) -> ReportCounts:
    """Update all reports as of the end of a day, by default yesterday; may run twice or be killed.

    Each report has its own transaction, so that the old figures stay in use until the new ones
    are complete.
    """
    as_of = as_of or site_time.localdate() - datetime.timedelta(days=1)
    progress("attitudes")
    attitudes = update_attitudes()
    progress("outcomes")
    outcomes = store_outcomes(as_of=as_of)
    progress("effects")
    effects = len(measure_effects(as_of=as_of))
    progress("experiments")
    experiments = len(measure_experiments(as_of=as_of))
    measure_evidence(as_of=as_of)
    progress("cohorts")
    return ReportCounts(attitudes, outcomes, effects, experiments, measure_cohorts(as_of=as_of))
