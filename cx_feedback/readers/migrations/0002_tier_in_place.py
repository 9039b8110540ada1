from django.db import migrations


def leave_room(apps, schema_editor):
    """Leave a tenth of each page free, so that a new tier or day is written in place (HOT).

    Pages written before keep as they are until rewritten (VACUUM FULL or pg_repack).
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE cx_feedback_readers_reader SET (fillfactor = 90)")


def take_it_back(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE cx_feedback_readers_reader RESET (fillfactor)")


class Migration(migrations.Migration):

    dependencies = [
        ('cx_feedback_readers', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='reader', name='cx_reader_tier'),
        migrations.RunPython(leave_room, take_it_back),
    ]
