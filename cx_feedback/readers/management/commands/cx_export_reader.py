import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cx_feedback.core.database import replicas
from cx_feedback.readers.privacy.person_requests import export_person


class Command(BaseCommand):
    help = "Print all data that any room stores about the person with this email address, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="Confirmed email address of the person.")

    @replicas.read_from_primary()
    def handle(self, *args: Any, email: str, **options: Any) -> None:
        found = export_person(email=email)
        if not any(found.values()):
            raise CommandError(f"No data is stored about {email}.")
        self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False, default=str))
