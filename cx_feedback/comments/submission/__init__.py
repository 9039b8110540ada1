"""The way of a comment from a request to the database."""
