"""Operations that the models of this room cannot express."""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION cx_feedback_loyalty_delete_silences() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM cx_feedback_loyalty_silence WHERE reader_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER cx_feedback_loyalty_delete_silences AFTER DELETE ON cx_feedback_readers_reader
FOR EACH ROW EXECUTE FUNCTION cx_feedback_loyalty_delete_silences();
"""
NO_TRIGGER = """
DROP TRIGGER cx_feedback_loyalty_delete_silences ON cx_feedback_readers_reader;
DROP FUNCTION cx_feedback_loyalty_delete_silences();
"""


def create_trigger(apps, schema_editor):
    """Delete silences with their reader, also those written while the reader is deleted.

    SQLite allows one write at a time, so that Django's own cascade misses none.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TRIGGER)


def drop_trigger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(NO_TRIGGER)


OPERATIONS = [migrations.RunPython(create_trigger, drop_trigger)]
