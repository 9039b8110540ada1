"""The result of a poll as a page of its own, and as a part for the page's script."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.http.form_posts import error_page, get_request_language
from cx_feedback.core.http.parameters import parse_page_id
from cx_feedback.core.pages.page_access import find_page
from cx_feedback.surveys.polls.poll_access import find_poll_result, get_cache_control


@require_safe
def show_poll(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the result of a poll; with ``part``, only the part that the page's script shows."""
    page_id = parse_page_id(request.GET.get("page", ""))
    with translation.override(get_request_language(request)):
        try:
            found = find_poll_result(
                request,
                pk,
                page_id=page_id,
                form_key=request.GET.get("key", ""),
                question_key=request.GET.get("question", ""),
            )
        except FeedbackError as error:
            return error_page(request, error)
        part = bool(request.GET.get("part"))
        template = "poll_result.html" if part else "poll_page.html"
        context: dict[str, Any] = {"result": found}
        if not part and (page := find_page(page_id, request)):
            context["back_url"] = page.get_url(request) or ""
        response = render(request, f"cx_feedback/surveys/{template}", context)
    response["Cache-Control"] = get_cache_control(page_id)
    return response
