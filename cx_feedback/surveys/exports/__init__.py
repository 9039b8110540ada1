"""Responses as a file: CSV or XLSX, written by a task in constant memory, kept for some days."""
