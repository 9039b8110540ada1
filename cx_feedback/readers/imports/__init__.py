"""Bringing in who came when from a log that another system kept."""
