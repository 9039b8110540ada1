"""Formatting and comparing texts and numbers."""
