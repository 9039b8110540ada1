"""Operations that the models of this room cannot express."""

from django.db import migrations


def set_fillfactor(apps, schema_editor):
    """Leave a tenth of each page free, so that a new tier or day is written in place (HOT)."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE cx_feedback_readers_reader SET (fillfactor = 90)")


def reset_fillfactor(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE cx_feedback_readers_reader RESET (fillfactor)")


OPERATIONS = [migrations.RunPython(set_fillfactor, reset_fillfactor)]
