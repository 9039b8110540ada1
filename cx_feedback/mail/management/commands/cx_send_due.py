import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cx_feedback.core.database import replicas
from cx_feedback.mail import services
from cx_feedback.mail.services import SendingSummary


class Command(BaseCommand):
    help = (
        "Send the due deliveries, as the beat task does. Can run any number of times at once, and "
        "again after a crash: nothing is sent twice."
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
        recovered = services.recover_expired_leases()
        if recovered.released or recovered.in_doubt:
            self.stdout.write(
                f"Recovered from crashed runs: {recovered.released} released, "
                f"{recovered.in_doubt} in doubt."
            )
        began = shown = time.monotonic()

        def progress(summary: SendingSummary) -> None:
            nonlocal shown
            if time.monotonic() - shown >= 1:
                shown = time.monotonic()
                self.stdout.write(f"{summary.sent} sent, {summary.sent / (shown - began):.0f}/s")

        summary = services.send_due(limit=limit, commit_size=commit_size, progress=progress)
        self.stdout.write(
            f"Sent {summary.sent}, failed {summary.failed}, postponed {summary.later}, "
            f"in doubt {summary.in_doubt}, cancelled {summary.cancelled}."
        )
        if summary.down:
            self.stderr.write(
                "The mail server can't be reached or refuses everything. The rest is sent later."
            )
