"""Tasks: nudged after a commit, and handed to the broker by a thread."""
