"""Plain form posts: the way that works without JavaScript."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cx_feedback.core import languages
from cx_feedback.core.bodies import refuse_large
from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.origin import refuse_cross_site
from cx_feedback.core.pages import find_page
from cx_feedback.core.throttles import throttle

View = Callable[..., HttpResponseBase]


def public_form(scope: str = "write") -> Callable[[View], View]:
    """Decorate a view that takes a reader's form post, protected by origin and rate.

    The hidden field ``lang`` sets the language of the answer. A FeedbackError that the view
    lets through becomes the plain error page; a view that can give the reader's words back in
    its own form catches the error itself.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @require_POST
        @never_cache
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                refuse_large(request)
            except FeedbackError as error:
                return error_page(
                    request, error, lang=translation.get_language_from_request(request)
                )
            try:
                refuse_cross_site(request)
                with translation.override(language_of(request)):
                    throttle(request, scope)
                    return view(request, *args, **kwargs)
            except FeedbackError as error:
                return error_page(request, error)

        return wrapped

    return decorate


def language_of(request: HttpRequest) -> str:
    """Return the language that the form's ``lang`` field names, else the request's."""
    lang = languages.known(request.POST.get("lang"))
    return lang or translation.get_language_from_request(request)


def page_id_of(request: HttpRequest) -> int | None:
    """Return the ``page`` field as a number, None when it is missing or empty.

    0, which no page has, for what is no page id: ``require_page`` refuses it by its name.
    """
    value = request.POST.get("page", "")
    if not value:
        return None
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def back_to_page(request: HttpRequest, page_id: int | None, anchor: str) -> HttpResponse:
    """Redirect with 303 to the page, at ``anchor``; the page shows thanks by CSS ``:target``.

    Without a page, or when it is gone since it was checked, thanks are a page of their own: what
    is stored is never answered with an error.
    """
    url = _url_of(request, page_id)
    if not url:
        return render(request, "cx_feedback/core/done.html")
    response = HttpResponseRedirect(f"{url}#{anchor}")
    response.status_code = 303
    return response


def _url_of(request: HttpRequest, page_id: int | None) -> str:
    page = find_page(page_id, request)
    return page.get_url(request) or "" if page else ""


def error_page(
    request: HttpRequest, error: FeedbackError, *, lang: str = "", **context: Any
) -> HttpResponse:
    """Render the plain error page with the status of ``error``.

    With ``lang`` the request's body is not read for its language. Who followed a mail's link wrote
    nothing that they could go back to.
    """
    by_link = "link" in error.fields
    context = {"by_link": by_link, "wrote": request.method == "POST" and not by_link, **context}
    with translation.override(lang or language_of(request)):
        return render(
            request, "cx_feedback/core/error.html", {"error": error, **context}, status=error.status
        )
