"""Form posts, which work without JavaScript."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import CrossSite, FeedbackError
from cx_feedback.core.http.body_limit import refuse_large
from cx_feedback.core.http.cross_site import refuse_cross_site
from cx_feedback.core.http.error_statuses_and_headers import get_headers, get_status
from cx_feedback.core.http.submitted_text import SubmittedField, get_submitted_fields
from cx_feedback.core.http.throttles import throttle_request
from cx_feedback.core.pages.page_access import find_page
from cx_feedback.core.text import languages

View = Callable[..., HttpResponseBase]


def public_form(scope: str = "write") -> Callable[[View], View]:
    """Decorate a view for form posts of readers, protected by origin and rate.

    The hidden field ``lang`` sets the language of the response. A FeedbackError becomes the error
    page. A view that can show the reader's input in its own form catches the error itself.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @require_POST
        @never_cache
        @wraps(view)
        @cache.in_place_of_the_sites()
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                refuse_large(request)
            except FeedbackError as error:
                return error_page(request, error, reads_body=False)
            try:
                refuse_cross_site(request)
                with translation.override(get_request_language(request)):
                    throttle_request(request, scope)
                    return view(request, *args, **kwargs)
            except FeedbackError as error:
                return error_page(request, error)

        return wrapped

    return decorate


def get_request_language(request: HttpRequest) -> str:
    """Return the language of the field ``lang``, otherwise that of the path or the request."""
    lang = languages.get_site_language(request.POST.get("lang") or request.GET.get("lang"))
    return lang or translation.get_language_from_request(request, check_path=True)


def redirect_to_page(request: HttpRequest, page_id: int | None, anchor: str) -> HttpResponse:
    """Redirect with 303 to ``anchor`` on the page, which shows a confirmation by ``:target``.

    Without a page, or if it was deleted meanwhile, the confirmation is a page of its own. A post
    that was stored is never answered with an error.
    """
    url = _get_page_url(request, page_id)
    if not url:
        return render(request, "cx_feedback/core/done.html")
    response = HttpResponseRedirect(f"{url}#{anchor}")
    response.status_code = 303
    return response


def _get_page_url(request: HttpRequest, page_id: int | None) -> str:
    page = find_page(page_id, request)
    return page.get_url(request) or "" if page else ""


def error_page(
    request: HttpRequest,
    error: FeedbackError,
    *,
    words: Sequence[SubmittedField] | None = None,
    reads_body: bool = True,
    template: str = "cx_feedback/core/error.html",
    **context: Any,
) -> HttpResponse:
    """Render an error page with the status of ``error`` and what the reader wrote.

    ``words`` are those of the form by default (``get_submitted_fields``). Without
    ``reads_body`` nothing is read from the body of the request, which is too large or broken. A
    reader who followed the link of an email wrote nothing that they could go back to, and text
    sent by a page of another site is not shown as if it were ours.
    """
    by_link = "link" in error.fields
    wrote = request.method == "POST" and not by_link and not isinstance(error, CrossSite)
    lang = get_request_language(request) if reads_body else _language_by_headers(request)
    with translation.override(lang):
        if words is None:
            words = get_submitted_fields(request.POST) if wrote and reads_body else []
        context = {"by_link": by_link, "wrote": wrote, "words": words, **context}
        response = render(request, template, {"error": error, **context}, status=get_status(error))
    response.headers.setdefault("Cache-Control", "no-store")
    for name, value in get_headers(error).items():
        response.headers[name] = value
    return response


def _language_by_headers(request: HttpRequest) -> str:
    return translation.get_language_from_request(request, check_path=True)
