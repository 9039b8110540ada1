"""Errors of requests that keep an answered page."""

from django.utils.translation import gettext_lazy as _

from cx_feedback.core.errors import Closed


class NotKept(Closed):
    """Answers to this survey are not kept before it is sent."""

    code = "partials-not-kept"
    title = _("Answers are only stored here when they are sent.")


class AlreadySent(Closed):
    """The answers of this form were sent, so there is nothing to continue."""

    code = "partial-sent"
    title = _("These answers have been sent already.")
