"""Bugs that rivals' users reported in public, one file each, named after the report."""
