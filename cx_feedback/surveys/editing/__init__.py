"""Editing of surveys that have answers: effects of changes, restoring, lists and deletion."""
