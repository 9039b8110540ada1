"""Surveys, NPS, comments, loyalty and follow-ups for the article pages of any Wagtail site.

The package itself is no Django app: put ``*ROOMS`` into ``INSTALLED_APPS``, or list the
rooms that a site uses. ``cx_feedback.core`` and ``cx_feedback.readers`` serve all others.
"""

__version__ = "0.1.0"

#: Every room, in the order in which Django should load them.
ROOMS = [
    "cx_feedback.core",
    "cx_feedback.readers",
    "cx_feedback.mail",
    "cx_feedback.surveys",
    "cx_feedback.nps",
    "cx_feedback.comments",
    "cx_feedback.loyalty",
    "cx_feedback.newsletter",
]
