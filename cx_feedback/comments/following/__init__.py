"""Following threads and replies by mail."""
