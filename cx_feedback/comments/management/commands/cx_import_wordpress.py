from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from cx_feedback.comments.imports.command_base import ImportCommand
from cx_feedback.comments.imports.formats.wordpress import WordPressFile
from cx_feedback.comments.imports.page_mapping import MatchPages, PostMapping, load_mapping
from cx_feedback.core import conf


class Command(ImportCommand):
    help = (
        "Import posts with their comments, pingbacks and trackbacks from a WordPress export (WXR "
        "1.0 to 1.2). The site's mapping creates pages for posts; --match-only uses existing ones. "
        "Can be run again at any time, also after a crash: nothing is imported twice, "
        "and no email is sent."
    )
    file_class = WordPressFile

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--match-only",
            action="store_true",
            help="Don't create pages. Match existing ones by URL, redirect or slug.",
        )
        parser.add_argument(
            "--mapping",
            metavar="PATH",
            default="",
            help="Dotted path of a PostMapping. Defaults to CX_FEEDBACK['WORDPRESS_MAPPING'].",
        )

    def get_mapping(self, options: dict[str, Any]) -> PostMapping:
        if options["match_only"]:
            return MatchPages()
        if path := options["mapping"] or conf.get("WORDPRESS_MAPPING"):
            return load_mapping(path)
        raise ImproperlyConfigured(
            _(
                "Name a mapping in CX_FEEDBACK['WORDPRESS_MAPPING'] or by --mapping, or give "
                "--match-only to bring comments to pages that are there."
            )
        )
