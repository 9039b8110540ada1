"""Rendering messages, encoding them and sending them to the mail server."""
