from typing import Any

from django.core.management.base import CommandParser

from cx_feedback.comments.imports.command_base import ImportCommand
from cx_feedback.comments.imports.formats.disqus import DisqusFile
from cx_feedback.comments.imports.page_mapping import MatchPages, PostMapping, load_mapping


class Command(ImportCommand):
    help = (
        "Import comments from a Disqus export (XML). Pages are matched by URL, redirect or "
        "slug, or by the class given with --mapping. Can be run again at any time, also after a "
        "crash: nothing is imported twice, and no email is sent."
    )
    file_class = DisqusFile

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--mapping", metavar="PATH", default="", help="Dotted path of a PostMapping."
        )

    def get_mapping(self, options: dict[str, Any]) -> PostMapping:
        return load_mapping(options["mapping"]) if options["mapping"] else MatchPages()
