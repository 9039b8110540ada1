from cx_feedback.comments.imports.command_base import ImportCommand
from cx_feedback.comments.imports.formats.json_export import JSONExportFile


class Command(ImportCommand):
    help = (
        "Import comments from a file that cx_export_comments wrote, here or on another site. "
        "Pages are matched by translation key, URL or slug. Can be run again at any time, also "
        "after a crash: nothing is imported twice, and no email is sent."
    )
    file_class = JSONExportFile
