"""Texts and numbers as people write them."""
