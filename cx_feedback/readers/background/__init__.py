"""Background jobs and their health."""
