"""The page of a subscriber's preferences, reached without login by a link in a mail."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from wagtail.coreutils import get_content_languages

from cx_feedback.core import conf
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import FeedbackError, InvalidInput
from cx_feedback.core.http.body_limit import refuse_large
from cx_feedback.core.http.cross_site import refuse_cross_site
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.form_posts import error_page, public_form
from cx_feedback.core.http.referrers import hide_referrer
from cx_feedback.core.http.throttles import throttle_request
from cx_feedback.core.pages.sites import get_site_id
from cx_feedback.core.text import languages
from cx_feedback.newsletter import selectors, services
from cx_feedback.newsletter.models import Subscription
from cx_feedback.newsletter.rendering import signed_links
from cx_feedback.newsletter.subscribing import subscription_input
from cx_feedback.newsletter.subscribing.form_context import (
    build_preference_choices,
    mask_email,
)
from cx_feedback.newsletter.subscribing.time_zones import get_place_names


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@cache.in_place_of_the_sites()
def edit_preferences(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the preferences by GET, which changes nothing, and save them by POST.

    The link in every mail grants no access. It can only request an access link or end all
    subscriptions.
    """
    try:
        pk, grants_access = signed_links.read_preferences_link(token)
        row = selectors.get_subscription(pk)
    except FeedbackError as error:
        return _render_request_form(request, error)
    with translation.override(row.language or translation.get_language()):
        if not grants_access:
            return _handle_mail_link(request, row)
        if request.method != "POST":
            return _render_preferences(request, row)
        try:
            refuse_large(request)
            refuse_cross_site(request)
            _save_choices(request, row)
        except InvalidInput as error:
            return _render_preferences(request, row, error)
        except FeedbackError as error:
            return error_page(request, error)
    response = HttpResponseRedirect(f"{request.path}?saved=1")
    response.status_code = 303
    return hide_referrer(response)


def _handle_mail_link(request: HttpRequest, row: Subscription) -> HttpResponseBase:
    """Send an access link to the subscriber or end all subscriptions; show no personal data."""
    asked = ""
    if request.method == "POST":
        try:
            refuse_large(request)
            refuse_cross_site(request)
            if request.POST.get("leave"):
                services.unsubscribe_all(subscription_id=row.pk)
                asked = "leave"
            else:
                throttle_request(request, "mail")
                services.send_preferences_link_to_subscriber(
                    subscription_id=row.pk, site_id=get_site_id(request)
                )
                asked = "link"
        except FeedbackError as error:
            return error_page(request, error)
    context = {
        "here": request.get_full_path(),
        "address": mask_email(row.email),
        "asked": asked,
        "days": conf.get("NEWSLETTER_PREFERENCES_DAYS"),
    }
    page = render(request, "cx_feedback/newsletter/preferences_access.html", context)
    return hide_referrer(page)


def _save_choices(request: HttpRequest, row: Subscription) -> None:
    if request.POST.get("leave"):
        return services.unsubscribe_all(subscription_id=row.pk)
    choice = services.Preferences(
        list_ids=subscription_input.get_ids(request.POST, "lists"),
        topic_ids=subscription_input.get_ids(request.POST, "topics"),
        name=request.POST.get("name", ""),
        language=request.POST.get("lang", ""),
        time_zone=request.POST.get("time_zone", ""),
    )
    return services.save_preferences(subscription_id=row.pk, preferences=choice)


def _render_preferences(
    request: HttpRequest, row: Subscription, error: InvalidInput | None = None
) -> HttpResponse:
    offers = selectors.get_list_offers(row.email)
    values: Any = request.POST if error else row
    context: dict[str, Any] = {
        "here": request.path,
        "address": mask_email(row.email),
        "offered": build_preference_choices(offers, request.POST if error else None),
        "name": values.get("name", "") if error else row.name,
        "lang": values.get("lang", "") if error else row.language,
        "time_zone": values.get("time_zone", "") if error else row.time_zone,
        "languages": get_content_languages().items(),
        "places": get_place_names(),
        "nothing_comes": not any(offer.is_confirmed for offer in offers),
        "stopped": selectors.is_suppressed(row.email),
        "saved": not error and "saved" in request.GET,
        "error": error,
    }
    status = get_status(error) if error else 200
    page = render(request, "cx_feedback/newsletter/preferences.html", context, status=status)
    return hide_referrer(page)


def request_preferences_link(request: HttpRequest) -> HttpResponseBase:
    """Show a form for the address by GET; by POST, respond the same for every address."""
    if request.method == "POST":
        return _send_preferences_link(request)
    return _render_request_form(request)


request_preferences_link.csrf_exempt = True  # type: ignore[attr-defined]


@public_form(scope="mail")
def _send_preferences_link(request: HttpRequest) -> HttpResponseBase:
    try:
        email = subscription_input.get_text(request.POST, "email")
        if not request.POST.get(subscription_input.HONEYPOT):
            services.send_preferences_link_to_address(email=email, site_id=get_site_id(request))
    except InvalidInput as error:
        return _render_request_form(request, error)
    return render(request, "cx_feedback/newsletter/preferences_request_done.html")


def _render_request_form(request: HttpRequest, error: FeedbackError | None = None) -> HttpResponse:
    context = {
        "error": error,
        "email": request.POST.get("email", "") if request.method == "POST" else "",
        "honeypot": subscription_input.HONEYPOT,
        "cx_lang": languages.get_current_language(),
    }
    status = get_status(error) if error else 200
    return render(
        request, "cx_feedback/newsletter/preferences_request.html", context, status=status
    )
