"""Errors of this room; the general ones are in ``core.errors``."""

from django.utils.translation import gettext_lazy as _

from cx_feedback.core.errors import Closed


class SurveyFull(Closed):
    """The maximum number of responses has been reached."""

    code = "full"
    title = _("This survey has reached its limit and is closed.")


class AlreadyAnswered(Closed):
    """The reader has already answered a survey that accepts one response per reader."""

    code = "answered-before"
    title = _("You've already answered this. Thank you.")
