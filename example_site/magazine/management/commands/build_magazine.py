"""Build the magazine: people, categories, articles, guide, questions, accounts."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import translation

from example_site.building.accounts import make_accounts
from example_site.building.feedback import make_sliding_widgets, resolver_for
from example_site.building.pages import FIRST, Builder


class Command(BaseCommand):
    """Build the magazine in Spanish and English."""

    help = (
        "Build the magazine from the files in example_site/content. What is there already stays "
        "as it is, so the command can be run again at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--migrate", action="store_true", help="bring the database up to date first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["migrate"]:
            call_command("migrate", interactive=False)
        with transaction.atomic(), translation.override(FIRST):
            made = Builder(resolver_for, self.stdout.write).build()
            make_sliding_widgets()
            make_accounts()
        if made:
            self.stdout.write(self.style.SUCCESS(f"{made} things made."))
        else:
            self.stdout.write("Everything is there already.")
