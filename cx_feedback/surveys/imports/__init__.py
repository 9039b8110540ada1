"""Bringing in responses from elsewhere: CSV and XLSX files, by a mapping or by matching labels."""
