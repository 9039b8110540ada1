"""The conversation on the page: threads, comments, moderation."""
