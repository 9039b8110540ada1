import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cx_feedback.core.database import replicas
from cx_feedback.mail import services
from cx_feedback.mail.services import SendingSummary


class Command(BaseCommand):
    help = (
        "Send the deliveries that are due, as the beat task does. Any number may run at once; "
        "after a crash run it again: nothing goes out twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, help="Send at most this many messages.")
        parser.add_argument(
            "--commit-size",
            type=int,
            help="Messages sent between commits, and therefore the most that can be in doubt "
            "after a crash. Defaults to the setting MAIL_COMMIT_SIZE.",
        )

    @replicas.read_from_primary()
    def handle(
        self, *args: Any, limit: int | None, commit_size: int | None, **options: Any
    ) -> None:
        reaped = services.recover_expired_leases()
        if reaped.released or reaped.in_doubt:
            self.stdout.write(
                f"Of runs that died: {reaped.released} wait again, {reaped.in_doubt} in doubt."
            )
        began = shown = time.monotonic()

        def progress(outcome: SendingSummary) -> None:
            nonlocal shown
            if time.monotonic() - shown >= 1:
                shown = time.monotonic()
                self.stdout.write(f"{outcome.sent} sent, {outcome.sent / (shown - began):.0f}/s")

        outcome = services.send_due(limit=limit, commit_size=commit_size, progress=progress)
        self.stdout.write(
            f"Sent {outcome.sent}, failed {outcome.failed}, later {outcome.later}, "
            f"in doubt {outcome.in_doubt}, cancelled {outcome.cancelled}."
        )
        if outcome.down:
            self.stderr.write(
                "The mail server cannot be reached or refuses everything: the rest waits."
            )
