"""The reader's pages: threads, actions and feeds."""
