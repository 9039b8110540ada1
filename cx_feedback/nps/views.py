"""The plain form post of a score."""

from django.http import HttpRequest, HttpResponseBase

from cx_feedback.core.forms import public_form
from cx_feedback.nps.presentation import nps_context
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.views import take_answers


@public_form()
def answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Store the score and the reason, then back to the page's thanks."""
    return take_answers(
        request, pk, kind=Survey.NPS, context=nps_context, template="cx_feedback/nps/form_page.html"
    )
