"""Causes of returns: readers who took part in something, and their actual and expected returns."""
