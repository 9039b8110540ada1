"""Asking: surveys, their questions, the answers and what the answers say."""
