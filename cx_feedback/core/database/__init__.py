"""Fast inserts beside the ORM, and reads from the primary database."""
