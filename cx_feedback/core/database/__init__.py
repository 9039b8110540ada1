"""Fast inserts beside the ORM, and reads from the database that was written to."""
