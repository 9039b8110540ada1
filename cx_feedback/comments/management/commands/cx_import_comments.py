from cx_feedback.comments.imports.archive import ArchiveFile
from cx_feedback.comments.imports.command_base import ImportCommand


class Command(ImportCommand):
    help = (
        "Import comments from a file that cx_export_comments wrote, here or on another site: to "
        "the translation of the same page, else to the page at the same address or with the same "
        "slug. Safe to run again, also after a crash: nothing doubles, no mail is sent."
    )
    file_class = ArchiveFile
