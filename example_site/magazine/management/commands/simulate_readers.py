"""Fill the site with simulated readers, so that every screen has something to show."""

import datetime
from typing import Any

import numpy as np
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from cx_feedback.loyalty.reports.nightly_reports import update_reports
from cx_feedback.loyalty.services import score_readers
from cx_feedback.surveys.results.tally_folding import fold_responses
from example_site.building.newsletter import make_list
from example_site.simulation import people
from example_site.simulation.answers import answer_surveys, score_the_magazine
from example_site.simulation.calendar import Calendar
from example_site.simulation.conversations import converse
from example_site.simulation.follow_ups import follow_up_silences
from example_site.simulation.process import Parameters, draw_days, draw_likings, draw_population
from example_site.simulation.subscribers import subscribe_readers

#: As of how many weeks ago the overview of loyalty has a history.
HISTORY = (20, 16, 12, 10, 8, 6, 4, 2)


class Command(BaseCommand):
    """Draw readers from a BG/BB process and write what they did."""

    help = (
        "Simulate readers over whole weeks, and what there is of this one: their visits, answers, "
        "scores, comments and subscriptions. Their weeks come from a BG/BB process whose "
        "parameters you choose, so the loyalty screens can be checked against them. Does nothing "
        "where simulated readers are there already."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        known = Parameters()
        parser.add_argument("--readers", type=int, default=3000, help="how many (3000)")
        parser.add_argument("--weeks", type=int, default=26, help="over how many weeks (26)")
        parser.add_argument("--seed", type=int, default=1954, help="seed of the chance (1954)")
        for name in ("alpha", "beta", "gamma", "delta"):
            value = getattr(known, name)
            parser.add_argument(
                f"--{name}", type=float, default=value, help=f"{name} of the process ({value})"
            )

    def handle(self, *args: Any, **options: Any) -> None:
        if people.is_simulated():
            self.stdout.write("Simulated readers are there already.")
            return
        if options["readers"] < 1 or options["weeks"] < 2:
            raise CommandError("At least 1 reader and 2 weeks are needed.")
        try:
            parameters = Parameters(
                options["alpha"], options["beta"], options["gamma"], options["delta"]
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.simulate(options["readers"], options["weeks"], parameters, options["seed"])
        self.look_back(options["weeks"])

    @transaction.atomic
    def simulate(self, readers: int, weeks: int, parameters: Parameters, seed: int) -> None:
        """Draw the readers and write everything in one transaction."""
        rng = np.random.default_rng(seed)
        population = draw_population(
            readers=readers, weeks=weeks + 1, parameters=parameters, rng=rng, arriving=weeks
        )
        today = timezone.localdate()
        first_monday = today - datetime.timedelta(days=today.weekday() + 7 * weeks)
        rows, days = draw_days(population, rng)
        past = days < (today - first_monday).days
        visits = rows[past], days[past]
        likings = draw_likings(population, rng)
        known = people.make_readers(population, visits, first_monday, rng)
        self.stdout.write(f"  {len(known)} readers came on {visits[0].size} days")
        calendar = Calendar.of(known, likings, visits, first_monday, rng)
        self.stdout.write(f"  {answer_surveys(calendar)} of them answered a survey")
        self.stdout.write(f"  {score_the_magazine(calendar)} said whether they recommend it")
        subscribed = subscribe_readers(calendar, make_list())
        self.stdout.write(f"  {subscribed} subscribed to the newsletter")
        self.stdout.write(f"  {follow_up_silences(calendar)} were in the experiment of a rule")
        self.stdout.write(f"  {converse(calendar)} comments were written")

    def look_back(self, weeks: int) -> None:
        """Fold the answers and score the readers: as of some past Sundays, then as of now."""
        fold_responses()
        today = timezone.localdate()
        last_sunday = today - datetime.timedelta(days=today.weekday() + 1)
        for weeks_ago in HISTORY:
            if weeks_ago + 4 <= weeks:
                as_of = last_sunday - datetime.timedelta(weeks=weeks_ago)
                self.stdout.write(f"  scoring as of {as_of}")
                score_readers(as_of=as_of, history_only=True)
        call_command("cx_score_loyalty", stdout=self.stdout)
        update_reports()
