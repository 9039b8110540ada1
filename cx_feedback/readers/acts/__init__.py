"""Storing the act of a request once, even if the request is sent again."""
