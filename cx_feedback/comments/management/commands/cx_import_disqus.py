from typing import Any

from django.core.management.base import CommandParser

from cx_feedback.comments.imports.command_base import ImportCommand
from cx_feedback.comments.imports.disqus import DisqusFile
from cx_feedback.comments.imports.page_mapping import MatchPages, PostMapping, load_mapping


class Command(ImportCommand):
    help = (
        "Import comments from a Disqus export (XML). Threads go to the pages that are at their "
        "address, are redirected to from it or have its slug; --mapping names a class of yours "
        "that decides otherwise. Safe to run again, also after a crash: nothing doubles, no mail "
        "is sent."
    )
    file_class = DisqusFile

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--mapping", metavar="PATH", default="", help="dotted path of a PostMapping"
        )

    def mapping(self, options: dict[str, Any]) -> PostMapping:
        return load_mapping(options["mapping"]) if options["mapping"] else MatchPages()
