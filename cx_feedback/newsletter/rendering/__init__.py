"""Mails of this room as HTML and plain text."""
