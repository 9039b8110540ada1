"""From a request to a stored comment."""
