"""Following threads and replies by email."""
