from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from cx_feedback.core.privacy import documents


class Command(BaseCommand):
    help = (
        "Print a document made from what the installed rooms declare, as Markdown: the record of "
        "processing (Article 30 GDPR), or text blocks for a privacy notice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("document", choices=["record", "notice"])
        parser.add_argument("--language", default="", help="Language code, by default the site's.")

    def handle(self, *args: Any, document: str, language: str, **options: Any) -> None:
        build = {
            "record": documents.build_processing_record,
            "notice": documents.build_notice_blocks,
        }[document]
        with translation.override(language or translation.get_language()):
            self.stdout.write(build())
