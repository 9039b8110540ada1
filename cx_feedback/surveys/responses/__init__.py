"""From a reader's request to a stored response."""
