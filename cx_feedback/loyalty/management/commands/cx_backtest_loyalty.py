import argparse
import datetime
import json
from typing import Any

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
)
from django.utils import timezone, translation

from cx_feedback.core.database import replicas
from cx_feedback.core.errors import FeedbackError
from cx_feedback.loyalty.model import RangeCheck
from cx_feedback.loyalty.scoring.backtest import Backtest, get_day, run_backtest
from cx_feedback.loyalty.site_settings import get_loyalty_config

EXAMPLES = """
Examples

  Every two weeks of 1998, each as if it were that day:
    cx_backtest_loyalty --from 1998-01-04 --to 1998-05-31 --step 14

Each window learns from the visits up to its day alone and is compared with the weeks after it.
Windows that aren't over yet, or touch days without counting, are left out with the reason.
Nothing is stored, so it can be run again at any time. The last line is JSON.
"""


class Help(DjangoHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Django's order of options; the examples keep their line breaks."""


class Command(BaseCommand):
    help = "Forecast past days as if it were then, and compare the ranges with who came."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("formatter_class", Help)
        return super().create_parser(prog_name, subcommand, epilog=EXAMPLES, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        day = datetime.date.fromisoformat
        parser.add_argument(
            "--from",
            dest="first",
            type=day,
            required=True,
            metavar="DAY",
            help="The first day to forecast from (YYYY-MM-DD).",
        )
        parser.add_argument(
            "--to", dest="last", type=day, required=True, metavar="DAY", help="The last such day."
        )
        parser.add_argument(
            "--step",
            type=int,
            default=14,
            metavar="DAYS",
            help="Days from one forecast to the next. Defaults to 14.",
        )
        parser.add_argument(
            "--horizon",
            type=int,
            metavar="WEEKS",
            help="Weeks within which a return counts. Defaults to the value in Wagtail's settings.",
        )

    @replicas.read_from_primary()
    def handle(self, *args: Any, **options: Any) -> None:
        first, last, step, horizon = (options[o] for o in ("first", "last", "step", "horizon"))
        if last < first:
            raise CommandError(f"--to must not lie before --from: {last} is before {first}.")
        if step < 1:
            raise CommandError("--step must be at least 1 day.")
        if horizon is not None and not 1 <= horizon <= 52:
            raise CommandError("--horizon must be from 1 to 52 weeks.")
        weeks = horizon or get_loyalty_config().horizon_weeks
        self.stdout.write(f"As of      readers  expected back within {weeks} weeks  came")
        with translation.override(None):  # the output of a command is in one language
            try:
                found = run_backtest(
                    first=first,
                    last=last,
                    step=step,
                    horizon_weeks=weeks,
                    until=timezone.localdate() - datetime.timedelta(days=1),
                    progress=self._print_window,
                )
            except FeedbackError as error:
                raise CommandError(str(error)) from None
        self._print_summary(found)
        self.stdout.write(json.dumps(found.as_dict()))

    def _print_window(self, number: int, windows: int, one: RangeCheck | None) -> None:
        if one is None:
            return
        self.stdout.write(
            f"{get_day(one.day)} {one.readers:>8,}  {one.expected:,.0f} "
            f"({one.low:,.0f} to {one.high:,.0f})  {one.came:,}"
            f"{'' if one.held else '  outside'}  [{number} of {windows}]"
        )
        self.stdout.flush()

    def _print_summary(self, found: Backtest) -> None:
        for day, reason in found.left_out:
            self.stdout.write(f"{day} left out. {reason}")
        if found.one_in > 1:
            self.stdout.write(f"Of a sample of one reader in {found.one_in}.")
        windows = len(found.windows)
        self.stdout.write(
            f"The range held in {found.held} of {windows} windows ({found.held / windows:.0%}); "
            "it should in 19 of 20."
        )
