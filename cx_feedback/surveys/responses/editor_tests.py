"""Answers of a survey's editors, which are stored as tests where the survey says so."""

from django.conf import settings
from django.http import HttpRequest

from cx_feedback.core.http.cross_site import may_use_cookies
from cx_feedback.core.pages.previews import refuse_preview
from cx_feedback.core.permissions import AccessRule
from cx_feedback.surveys.selectors import LiveSurvey


def is_editors_test(request: HttpRequest, live: LiveSurvey, editors: AccessRule) -> bool:
    """Return whether answers to ``live`` are a test of somebody whom ``editors`` admits.

    Other requests from a preview raise Previewed. The account is only looked up for a survey that
    wants to know it, in a browser with a session, so readers cost no query.
    """
    is_test = (
        live.tests_by_editors
        and settings.SESSION_COOKIE_NAME in request.COOKIES
        and may_use_cookies(request)
        and editors.is_granted_to(getattr(request, "user", None))
    )
    if not is_test:
        refuse_preview(request)
    return is_test
