import os
import sys
from contextlib import ExitStack
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import npgettext
from wagtail.models import Site

from cx_feedback.comments.exports.json_export import export_comments
from cx_feedback.comments.models import Thread
from cx_feedback.core.database import replicas


class Command(BaseCommand):
    help = (
        "Export all comments with pages, threads, states, dates and authors to JSON "
        "(docs/how-to/moving-in.md), for cx_import_comments and for other programs. The file "
        "holds names and email addresses; only its owner may read it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="Output file, or - for standard output.")
        parser.add_argument(
            "--page",
            metavar="ID",
            type=int,
            action="append",
            help="Export only the comments of this page. Can be given several times.",
        )

    @replicas.read_from_primary()
    def handle(self, *args: Any, file: str, page: list[int] | None, **options: Any) -> None:
        threads = Thread.objects.filter(page__in=page) if page else Thread.objects.all()
        site = Site.objects.filter(is_default_site=True).first()
        with ExitStack() as stack:
            out = sys.stdout if file == "-" else stack.enter_context(_open_private_file(file))
            count = export_comments(out, source=site.root_url if site else "", threads=threads)
        message = (
            npgettext("comment", "%d comment exported.", "%d comments exported.", count) % count
        )
        self.stderr.write(message, self.style.SUCCESS)


def _open_private_file(name: str) -> IO[str]:
    """Open ``name`` for writing, readable by its owner only."""
    try:
        number = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise CommandError(str(error)) from None
    return open(number, "w", encoding="utf-8")
