"""Rendering of the newsletter's mails as HTML and plain text."""
