import datetime
import time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone, translation

from cx_feedback.core import conf
from cx_feedback.core.database import replicas
from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.management.command_examples import CommandWithExamples
from cx_feedback.loyalty import selectors, services
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.reports.wording import describe_quality
from cx_feedback.loyalty.scoring import runs
from cx_feedback.loyalty.scoring.tier_rules import Tier

EXAMPLES = """
Examples

  As of yesterday, like the nightly task:
    cx_score_loyalty

  As of the end of 30 June 1998, ignoring all later visits:
    cx_score_loyalty --as-of 1998-06-30 --horizon 4

  Fill the history of the overview for a past day without updating readers:
    cx_score_loyalty --as-of 2026-01-31 --only-history

New absences are announced to the other rooms (follow-up rules), once for each absence.
A second run for the same day changes nothing.
"""


class Command(CommandWithExamples):
    examples = EXAMPLES
    help = "Fit the loyalty model, score every reader and record new absences."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of",
            type=datetime.date.fromisoformat,
            metavar="DAY",
            help="Score as of the end of this day (YYYY-MM-DD). Defaults to yesterday.",
        )
        parser.add_argument(
            "--horizon",
            type=int,
            metavar="WEEKS",
            help="Weeks within which a return counts. Defaults to the value in Wagtail's settings.",
        )
        parser.add_argument(
            "--only-history",
            action="store_true",
            help="Store the fit and the tier counts for the overview without updating readers.",
        )

    @replicas.read_from_primary()
    def handle(self, *args: Any, **options: Any) -> None:
        as_of, horizon = options["as_of"], options["horizon"]
        if as_of and as_of > timezone.localdate():
            raise CommandError(f"--as-of must not lie in the future: {as_of}")
        if horizon is not None and not 1 <= horizon <= 52:
            raise CommandError("--horizon must be from 1 to 52 weeks.")
        began = time.monotonic()
        self.stdout.write("Counting readers, fitting the model …")
        report = self._score(as_of, horizon, history_only=options["only_history"])
        if report.fit is None:
            self.stdout.write(
                f"No reader had a visit up to {report.as_of}, so there is nothing to score. Visits "
                "come from consent or from a log (cx_import_activity)."
            )
            return
        self._print_fit(report.fit)
        self._print_check(report.fit)
        self._print_readers(report)
        announced = 0
        if not options["only_history"]:
            announced = services.announce_silences(as_of=as_of)
            self.stdout.write(f"  absences announced         {announced:>9,}")
        self.stdout.write(f"{time.monotonic() - began:.1f} s.")
        if not report.changed and not announced:
            self.stdout.write("Nothing has changed since the last run of this day.")

    def _score(
        self, as_of: datetime.date | None, horizon: int | None, *, history_only: bool
    ) -> services.ScoreReport:
        if history_only:  # changes no reader, so it isn't recorded as a run
            try:
                return services.score_readers(as_of=as_of, horizon_weeks=horizon, history_only=True)
            except FeedbackError as error:
                raise CommandError(str(error)) from None
        run, report = runs.run_manual_score(as_of=as_of, horizon_weeks=horizon)
        if report is None:
            raise CommandError(run.message)
        return report

    def _print_fit(self, fit: Fit) -> None:
        unit = conf.get("PERIOD")
        with translation.override(None):  # the output of a command is in one language
            words = describe_quality(fit.quality)
        self.stdout.write(
            f"As of {fit.as_of}: {fit.readers:,} readers in {fit.cells:,} cells, periods of one "
            f"{unit}, from {fit.first_day}.\n"
            f"  alpha {fit.alpha:.3f}  beta {fit.beta:.3f}  gamma {fit.gamma:.3f}  "
            f"delta {fit.delta:.3f}  log-likelihood {fit.log_likelihood:,.1f}\n"
            f"  Fit: {fit.quality}. {words}"
        )

    def _print_check(self, fit: Fit) -> None:
        check = selectors.get_check(fit)
        if check is None:
            self.stdout.write("Check: not enough history for a comparison with actual returns.")
            return
        self.stdout.write(
            f"Check: fitted as of {check.as_of} and compared with the days to {check.until}, in "
            f"which {check.returned:,} of {check.readers:,} readers returned "
            f"({check.returned / check.readers:.1%}).\n"
            "                   AUC    Brier      ECE"
        )
        compared = {"mix": check.mix, "model": check.model, "challenger": check.challenger}
        for name, found in {**compared, "recency alone": check.recency}.items():
            if found is not None:
                mark = f"  used, {fit.model_weight:.0%} model" if name == "mix" else ""
                self.stdout.write(
                    f"  {name:<14} {found.auc:.4f}  {found.brier:.5f}  {found.ece:.4f}{mark}"
                )
        if not check.beats_recency:
            self.stdout.write("  The mix is no better than recency alone.")

    def _print_readers(self, report: services.ScoreReport) -> None:
        assert report.fit is not None
        fit = report.fit
        self.stdout.write("Readers by tier")
        for tier in Tier:
            self.stdout.write(f"  {tier.value:<26} {report.tiers.get(tier, 0):>9,}")
        self.stdout.write(
            f"Expected back in the next {fit.horizon_weeks} weeks: {fit.expected:,.0f} readers "
            f"({fit.expected_low:,.0f} to {fit.expected_high:,.0f}, 95%)\n"
            "Changes\n"
            f"  readers whose tier changed {report.tiers_changed:>9,}\n"
            f"  new absences               {report.newly_silent:>9,}\n"
            f"  found lapsed, too late     {report.found_late:>9,}\n"
            f"  came back after an absence {report.won_back:>9,}"
        )
