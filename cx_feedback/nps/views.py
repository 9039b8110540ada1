"""Views that take a score by a form, and redirect to the page of a next step."""

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_safe

from cx_feedback.core.errors import NotFound
from cx_feedback.core.http.form_posts import public_form
from cx_feedback.core.http.view_errors import accept_previews
from cx_feedback.core.pages.page_access import find_page
from cx_feedback.core.text.languages import get_site_language
from cx_feedback.nps import permissions, selectors
from cx_feedback.nps.form_context import build_nps_context
from cx_feedback.nps.question_keys import SCORE
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.nps import get_nps_class
from cx_feedback.surveys.responses.survey_access import get_accessible_survey
from cx_feedback.surveys.views import SurveyForm, handle_form_post, render_linked_form

NPS_FORM = SurveyForm(
    Survey.NPS,
    "cx-nps",
    "cx_feedback/nps/form_page.html",
    build_nps_context,
    get_thanks_anchor=lambda response: get_nps_class(response.answers[SCORE]),
    editors=permissions.NPS_WIDGETS.change,
    link_name="cx_feedback:nps-ask",
)


@public_form()
def submit_answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Store the answers and redirect to the thanks for the class of the score."""
    return handle_form_post(request, pk, NPS_FORM)


accept_previews(submit_answer)


@require_safe
def show_question(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the question with the score of the URL selected, for links in emails."""
    return render_linked_form(request, pk, NPS_FORM)


@require_safe
def redirect_to_next_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Redirect to the page of the next step, in the language of the widget's page."""
    page = selectors.get_next_page(
        widget_id=pk, language=get_site_language(request.GET.get("lang")) or ""
    )
    shown = find_page(page.pk, request) if page is not None else None
    url = shown.get_url(request) if shown is not None else None
    if not url:
        # Raises Gone for a deleted widget.
        get_accessible_survey(survey_id=pk, kind=Survey.NPS, page_id=None, key="", request=request)
        raise NotFound
    return HttpResponseRedirect(url)
