from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cx_feedback.core.database import replicas
from cx_feedback.readers.models import Reader
from cx_feedback.readers.services import rebuild_figures


class Command(BaseCommand):
    help = "Recalculate the periods of every reader from the visit days, after PERIOD has changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--batch", type=int, default=2000, help="Readers per transaction. Defaults to 2000."
        )

    @replicas.read_from_primary()
    def handle(self, *args: Any, batch: int, **options: Any) -> None:
        total, done, changed, last = Reader.objects.count(), 0, 0, 0
        while ids := list(
            Reader.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:batch]
        ):
            changed += rebuild_figures(reader_ids=ids)
            done, last = done + len(ids), ids[-1]
            self.stdout.write(f"{done} of {total} readers, {changed} changed")
