"""Pages behind the links in mails: confirm and unsubscribe. A GET changes nothing: scanners
follow links.
"""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import FeedbackError, NotFound
from cx_feedback.core.http.cross_site import RequestSource, get_request_source, refuse_cross_site
from cx_feedback.core.http.form_posts import (
    error_page,
)
from cx_feedback.core.http.referrers import hide_referrer
from cx_feedback.newsletter import selectors, services
from cx_feedback.newsletter.models import Subscription
from cx_feedback.newsletter.rendering import signed_links
from cx_feedback.newsletter.rendering.mail_renderer import join_list_names
from cx_feedback.newsletter.subscribing.form_context import (
    mask_email,
)
from cx_feedback.readers.identity.reader_cookie import set_reader_cookie
from cx_feedback.readers.identity.request_reader import get_reader
from cx_feedback.readers.identity.tracking_refusal import refuses_tracking

State = Subscription.State


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@cache.in_place_of_the_sites()
def confirm_subscriptions(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show a button by GET and confirm the subscriptions by POST."""
    try:
        link = signed_links.read_confirm_link(token)
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
        row = selectors.get_subscription(signed_links.read_unsubscribe_link(token))
        if request.method == "POST":
            row = services.unsubscribe(
                subscription_id=row.pk, reference=request.GET.get("mail", "")
            )
        with translation.override(row.language or translation.get_language()):
            return _render_page(request, "unsubscribe", [row])
    except FeedbackError as error:
        return error_page(request, error)


def _get_requested_subscriptions(link: signed_links.ConfirmationLink) -> list[Subscription]:
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
        "preferences_url": signed_links.get_preferences_request_url(rows[0].pk, "/"),
    }
    return hide_referrer(render(request, f"cx_feedback/newsletter/{name}.html", context))
