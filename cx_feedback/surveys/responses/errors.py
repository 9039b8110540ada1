"""Refusals of this room; more of them in ``core.errors``."""

from django.utils.translation import gettext_lazy as _

from cx_feedback.core.errors import Closed


class SurveyFull(Closed):
    """As many have answered as the editor wanted."""

    code = "full"
    title = _("This survey has reached its limit and is closed.")


class AlreadyAnswered(Closed):
    """The reader has answered a survey that takes one response of each."""

    code = "answered-before"
    title = _("You've already answered this. Thank you.")
