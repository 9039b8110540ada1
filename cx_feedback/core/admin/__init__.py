"""Shared parts of the rooms' views in Wagtail's admin."""
