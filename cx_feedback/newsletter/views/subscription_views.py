"""The view that takes a sign-up, and the page that solves its challenge."""

import json

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from cx_feedback.core.errors import FeedbackError, Gone
from cx_feedback.core.http import proof_of_work
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.form_posts import (
    error_page,
    public_form,
    redirect_to_page,
)
from cx_feedback.core.http.parameters import read_page_id
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.newsletter.subscribing import subscription_input
from cx_feedback.newsletter.subscribing.form_context import (
    build_posted_form_context,
)
from cx_feedback.newsletter.subscribing.subscription_requests import store_subscription_request


@public_form(scope="mail")
def request_subscription(request: HttpRequest) -> HttpResponseBase:
    """Request a subscription and return to the page, or show the form with its errors."""
    page_id = read_page_id(request.POST)
    try:
        require_page(page_id, request)
        signup = subscription_input.read_subscription_request(request.POST)
        store_subscription_request(request, request.POST, signup, page_id=page_id, source="form")
    except proof_of_work.ChallengeRequired as asked:
        return render_challenge(request, asked)
    except FeedbackError as error:
        context = {**build_posted_form_context(request.POST, page_id), "error": error}
        if isinstance(error, Gone) or context["mailing_list"] is None:
            return error_page(request, error)
        return render(
            request, "cx_feedback/newsletter/subscribe_page.html", context, status=get_status(error)
        )
    if page_id is None:
        return render(request, "cx_feedback/newsletter/subscribe_done.html")
    return redirect_to_page(request, page_id, "cx-subscribe-thanks")


def render_challenge(request: HttpRequest, asked: proof_of_work.ChallengeRequired) -> HttpResponse:
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
    }
    return render(
        request, "cx_feedback/newsletter/challenge.html", context, status=get_status(asked)
    )
