"""Responses: from a request to stored answers."""
