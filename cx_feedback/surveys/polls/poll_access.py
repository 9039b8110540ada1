"""The poll whose result a request may see, and how long caches may keep it."""

from django.http import HttpRequest

from cx_feedback.core.pages.page_access import is_visible, require_page
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.polls.poll_counts import MAX_AGE
from cx_feedback.surveys.polls.poll_questions import require_poll_question
from cx_feedback.surveys.polls.poll_results import PollResult, get_poll_result
from cx_feedback.surveys.responses import survey_access


def find_poll_result(
    request: HttpRequest, pk: int, *, page_id: int | None, form_key: str, question_key: str
) -> PollResult:
    """Return the result of a poll that ``request`` may see on this page.

    Raises NotFound, Gone or ResultsLater.
    """
    live = survey_access.get_accessible_survey(
        survey_id=pk, kind=Survey.SURVEY, page_id=page_id, key=form_key, request=request
    )
    # The key of a form holds for a page whose readers are others today.
    require_page(page_id, request)
    return get_poll_result(live, require_poll_question(live, question_key))


def get_cache_control(page_id: int | None) -> str:
    """Return the header that lets caches keep a result, unless only some may see its page."""
    if page_id is None or is_visible(page_id):
        return f"public, max-age={MAX_AGE}"
    return "private, no-store"
