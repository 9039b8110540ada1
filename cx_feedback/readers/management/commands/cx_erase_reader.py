from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cx_feedback.core.database import replicas
from cx_feedback.readers.services import erase_person


class Command(BaseCommand):
    help = "Erase the person with this email address from every room. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="Email address of the person.")
        parser.add_argument(
            "--yes",
            "--no-input",
            "--noinput",
            action="store_true",
            dest="yes",
            help="Don't prompt for confirmation.",
        )

    @replicas.read_from_primary()
    def handle(self, *args: Any, email: str, yes: bool, **options: Any) -> None:
        if (
            not yes
            and input(f"Erase all data stored about {email}? This can't be undone. [y/N] ").lower()
            != "y"
        ):
            raise CommandError("Nothing was erased.")
        for section, count in erase_person(email=email).items():
            self.stdout.write(f"{section}: {count}")
