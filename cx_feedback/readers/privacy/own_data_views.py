"""The page ``me/``: what is stored about the reader of this browser, their choices, the erasure."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.http.cross_site import may_use_cookies, require_cookies
from cx_feedback.core.http.form_posts import error_page, get_request_language, public_form
from cx_feedback.core.http.referrers import hide_referrer
from cx_feedback.core.http.throttles import throttle_request
from cx_feedback.core.privacy.lookups import Person
from cx_feedback.core.privacy.person_summary import describe_person
from cx_feedback.readers import services
from cx_feedback.readers.identity.reader_cookie import (
    delete_reader_cookie,
    renew_reader_cookie,
    request_draft_removal,
)
from cx_feedback.readers.identity.request_reader import get_reader
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy.consent_text import get_objection_wording, get_visits_wording
from cx_feedback.readers.privacy.privacy_input import apply_choice

#: The buttons that change a choice: the choice and its value.
_CHOICES = {
    "count-visits": ("visits", True),
    "stop-visits": ("visits", False),
    "allow-estimate": ("scoring", True),
    "stop-estimate": ("scoring", False),
}


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@cache.in_place_of_the_sites()
def own_data_view(request: HttpRequest) -> HttpResponseBase:
    """Show what is stored by GET, which changes nothing; change a choice or erase by POST."""
    if request.method == "POST":
        response: HttpResponseBase = _change_own_data(request)
        return response
    try:
        with translation.override(get_request_language(request)):
            throttle_request(request, "fetch")
            if not may_use_cookies(request):
                return _render_page(request, "cx_feedback/readers/own_data_hidden.html")
            return _render_own_data(request, get_reader(request))
    except FeedbackError as error:
        return error_page(request, error)


@public_form()
def _change_own_data(request: HttpRequest) -> HttpResponseBase:
    require_cookies(request)
    do = request.POST.get("do", "")
    if do in _CHOICES:
        name, value = _CHOICES[do]
        reader = apply_choice(request, name, value, source="me")
        return renew_reader_cookie(request, _redirect_back(request, "saved"), reader)
    if do == "erase":
        return _render_page(request, "cx_feedback/readers/own_data_erase.html")
    if do == "erase-all":
        return _erase_own_data(request)
    return _redirect_back(request, "")


def _erase_own_data(request: HttpRequest) -> HttpResponseBase:
    reader = get_reader(request)
    if reader is not None:
        services.erase_person(email=reader.email or "", reader_ids=[reader.pk])
    response = _render_page(request, "cx_feedback/readers/own_data_erased.html")
    delete_reader_cookie(request, response)
    request_draft_removal(request, response)
    return response


def _render_own_data(request: HttpRequest, reader: Reader | None) -> HttpResponse:
    person = Person("", (reader.pk,)) if reader else Person()
    return _render_page(
        request,
        "cx_feedback/readers/own_data.html",
        reader=reader,
        sections=describe_person(person) if reader else [],
        visits_wording=get_visits_wording(),
        objection_wording=get_objection_wording(),
        saved="saved" in request.GET,
    )


def _render_page(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    here = {"here": request.path, "lang": get_request_language(request)}
    return hide_referrer(render(request, template, {**here, **context}))


def _redirect_back(request: HttpRequest, word: str) -> HttpResponse:
    query = f"?lang={get_request_language(request)}" + (f"&{word}" if word else "")
    response = HttpResponseRedirect(request.path + query)
    response.status_code = 303
    return response
