"""``cx_fold``: bring the tallies up to date now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cx_feedback.core.database import replicas
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.results import tally_folding


class Command(BaseCommand):
    help = (
        "Fold the responses that are not folded yet into the tallies. Results are right without "
        "it; it keeps their cost low. Can be stopped and run again at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--batch", type=int, default=500, help="responses in one transaction (default 500)"
        )
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="count anew what is folded, survey by survey; results stay right meanwhile",
        )

    @replicas.read_from_primary()
    def handle(self, *args: Any, batch: int, verbosity: int, **options: Any) -> None:
        if options["rebuild"]:
            for survey_id in Survey.objects.order_by("pk").values_list("pk", flat=True):
                tally_folding.rebuild_tallies(survey_id=survey_id)
        total = 0
        while done := tally_folding.fold_responses(batch=batch, at_most=batch * 20):
            total += done
            if verbosity:
                self.stdout.write(f"{total} responses folded", ending="\r")
                self.stdout.flush()
        self.stdout.write(f"{total} responses folded")
