import django.db.models.deletion
from django.db import migrations, models

TRIGGER = """
CREATE FUNCTION cx_feedback_loyalty_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM cx_feedback_loyalty_silence WHERE reader_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER cx_feedback_loyalty_forget AFTER DELETE ON cx_feedback_readers_reader
FOR EACH ROW EXECUTE FUNCTION cx_feedback_loyalty_forget();
"""
NO_TRIGGER = """
DROP TRIGGER cx_feedback_loyalty_forget ON cx_feedback_readers_reader;
DROP FUNCTION cx_feedback_loyalty_forget();
"""


def add_trigger(apps, schema_editor):
    """Take silences with their reader: also those that are written while the reader is deleted.

    SQLite lets one write at a time, so that Django's own cascade misses none.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TRIGGER)


def remove_trigger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(NO_TRIGGER)


class Migration(migrations.Migration):

    dependencies = [
        ('cx_feedback_readers', '0002_tier_in_place'),
        ('cx_feedback_loyalty', '0005_runs_of_measuring'),
    ]

    operations = [
        migrations.AlterField(
            model_name='silence',
            name='reader',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='silences', to='cx_feedback_readers.reader'),
        ),
        migrations.RemoveIndex(model_name='silence', name='cx_silence_won_back'),
        migrations.AddIndex(
            model_name='silence',
            index=models.Index(condition=models.Q(('won_back_on__isnull', False)), fields=['won_back_on'], name='cx_silence_won_back'),
        ),
        migrations.RunPython(add_trigger, remove_trigger),
    ]
