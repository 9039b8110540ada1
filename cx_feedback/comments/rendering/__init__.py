"""Threads and comments as HTML."""
