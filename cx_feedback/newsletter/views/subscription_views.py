"""Views to subscribe, confirm and unsubscribe. A GET changes nothing: scanners follow links."""

import datetime
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import FeedbackError, Gone, NotFound
from cx_feedback.core.http import proof_of_work
from cx_feedback.core.http.cross_site import RequestSource, get_request_source, refuse_cross_site
from cx_feedback.core.http.form_posts import (
    error_page,
    get_posted_page_id,
    public_form,
    redirect_to_page,
)
from cx_feedback.core.http.status_codes import get_status
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.newsletter import selectors, services
from cx_feedback.newsletter.models import Subscription
from cx_feedback.newsletter.rendering import mail_links
from cx_feedback.newsletter.rendering.mail_renderer import join_list_names
from cx_feedback.newsletter.subscribing import subscription_input
from cx_feedback.newsletter.subscribing.form_context import (
    build_posted_form_context,
    forbid_referrer,
    mask_email,
)
from cx_feedback.newsletter.subscribing.subscription_requests import store_subscription_request
from cx_feedback.readers.identity.reader_cookie import set_reader_cookie
from cx_feedback.readers.identity.request_reader import get_reader, refuses_tracking

State = Subscription.State


@public_form(scope="mail")
def request_subscription(request: HttpRequest) -> HttpResponseBase:
    """Request a subscription and return to the page, or show the form with its errors."""
    page_id = get_posted_page_id(request)
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


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@cache.in_place_of_the_sites()
def confirm_subscriptions(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show a button by GET and confirm the subscriptions by POST."""
    try:
        link = mail_links.read_confirm_link(token)
        rows = _get_requested_subscriptions(link)
        # Only the first confirmation identifies the browser. An old link grants no access.
        is_first = rows[0].state == State.PENDING and rows[0].opt_in_count == link.opt_in_number
        with translation.override(rows[0].language or translation.get_language()):
            if request.method == "POST":
                refuse_cross_site(request)
                rows = services.confirm_subscriptions(
                    subscription_ids=[row.pk for row in rows],
                    reader=get_reader(request),
                    here=not refuses_tracking(request),
                )
            response = _render_page(request, "confirm", rows)
            if (
                request.method == "POST"
                and is_first
                and get_request_source(request) is RequestSource.OWN
            ):
                set_reader_cookie(request, response, rows[0].reader)
            return response
    except FeedbackError as error:
        return error_page(request, error)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@cache.in_place_of_the_sites()
def end_subscription(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show a button by GET and unsubscribe by POST, from the button or according to RFC 8058.

    The signed link is sufficient. The servers of mailbox providers post without cookies, origin or
    token, and many requests from one address, so these are neither checked nor throttled.
    """
    try:
        row = selectors.get_subscription(mail_links.read_unsubscribe_link(token))
        if request.method == "POST":
            row = services.unsubscribe(
                subscription_id=row.pk, reference=request.GET.get("mail", "")
            )
        with translation.override(row.language or translation.get_language()):
            return _render_page(request, "unsubscribe", [row])
    except FeedbackError as error:
        return error_page(request, error)


def _get_requested_subscriptions(link: mail_links.ConfirmationLink) -> list[Subscription]:
    """Return the open subscriptions of a confirmation link, or all of them if none is open.

    Excludes those that were ended after the mail, even if they have been requested again, because
    another mail confirms that request. Raises NotFound, or InvalidInput if all were ended.
    """
    found = Subscription.objects.select_related("mailing_list")
    rows = list(found.filter(pk__in=link.subscription_ids).order_by("mailing_list_id"))
    if not rows:
        raise NotFound(_("This subscription does not exist any more."))
    open_ones = [row for row in rows if row.state != State.UNSUBSCRIBED]
    if not open_ones:
        return rows
    since = link.at + datetime.timedelta(seconds=1)
    asked = [r for r in open_ones if r.unsubscribed_at is None or r.unsubscribed_at <= since]
    if not asked:
        raise services.build_ended_error()
    return asked


def _render_page(request: HttpRequest, name: str, rows: list[Subscription]) -> HttpResponse:
    done_state = State.CONFIRMED if name == "confirm" else State.UNSUBSCRIBED
    context: dict[str, Any] = {
        "here": request.get_full_path(),
        "rows": rows,
        "list_name": join_list_names(row.mailing_list.name for row in rows),
        "address": mask_email(rows[0].email),
        "done": all(row.state == done_state for row in rows),
        "ended": all(row.state == State.UNSUBSCRIBED for row in rows),
        "preferences_url": mail_links.get_preferences_request_url(rows[0].pk, "/"),
    }
    return forbid_referrer(render(request, f"cx_feedback/newsletter/{name}.html", context))
