"""Imports of responses from CSV and XLSX files, by a mapping file or by matching labels."""
