"""Answers to the pages that readers have answered without sending the survey.

Kept only where the site and the editor allow it and the form says so; never mixed with responses.
"""
