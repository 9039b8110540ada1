"""The view that takes a letter, and the page that solves its challenge."""

import json

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from cx_feedback.conversations.letters.form_context import build_form_context
from cx_feedback.conversations.letters.letter_input import read_letter
from cx_feedback.conversations.letters.letter_requests import send_letter
from cx_feedback.core.errors import FeedbackError, Gone
from cx_feedback.core.http import proof_of_work
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.form_posts import error_page, public_form, redirect_to_page
from cx_feedback.core.http.parameters import read_page_id
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.readers.identity.reader_cookie import set_reader_cookie


@public_form(scope="mail")
def post_letter(request: HttpRequest) -> HttpResponseBase:
    """Store a letter and return to the page, or show the form with its errors."""
    page_id = read_page_id(request.POST)
    try:
        require_page(page_id, request)
        letter = read_letter(request.POST, page_id=page_id)
        reader = send_letter(request, request.POST, letter, is_form=True)
    except proof_of_work.ChallengeRequired as asked:
        return _render_challenge(request, asked)
    except FeedbackError as error:
        if isinstance(error, Gone) or "page" in error.fields:
            return error_page(request, error)
        return _render_form(request, page_id, error)
    if page_id is None:
        response: HttpResponse = render(request, "cx_feedback/conversations/letter_done.html")
    else:
        response = redirect_to_page(request, page_id, "cx-letter-thanks")
    return set_reader_cookie(request, response, reader)


def _render_form(request: HttpRequest, page_id: int | None, error: FeedbackError) -> HttpResponse:
    context = {
        **build_form_context(page_id, to=request.POST.get("to", "")),
        "values": request.POST,
        "error": error,
    }
    template = "cx_feedback/conversations/letter_page.html"
    return render(request, template, context, status=get_status(error))


def _render_challenge(request: HttpRequest, asked: proof_of_work.ChallengeRequired) -> HttpResponse:
    """Show a page that solves the challenge and posts the form again."""
    context = {
        "here": request.get_full_path(),
        "error": asked,
        "field": proof_of_work.FIELD,
        "challenge_json": json.dumps(asked.challenge),
        "posted": [
            (name, value)
            for name, values in request.POST.lists()
            if name != proof_of_work.FIELD
            for value in values
        ],
        "text": request.POST.get("text", ""),
    }
    template = "cx_feedback/conversations/challenge.html"
    return render(request, template, context, status=get_status(asked))
