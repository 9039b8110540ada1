"""Importing visit logs of other systems."""
