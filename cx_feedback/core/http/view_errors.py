"""Responses to all errors at our URLs, whatever the URL configuration of the site.

Exceptions and empty error responses of views become problem documents (RFC 9457) over REST, and
otherwise pages that show the reader's input. Neither the site's ``handler404`` nor its middleware
replaces them.
"""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, URLPattern, URLResolver, resolve
from django.utils.http import escape_leading_slashes
from rest_framework.views import set_rollback

from cx_feedback.core.database import replicas
from cx_feedback.core.errors import (
    FeedbackError,
    InvalidInput,
    NotAllowed,
    NotFound,
    Refused,
    TooLarge,
)
from cx_feedback.core.http.body_limit import refuse_large
from cx_feedback.core.http.cors import add_cors_headers, answer_preflight
from cx_feedback.core.http.error_statuses_and_headers import get_headers, get_status
from cx_feedback.core.http.form_posts import error_page
from cx_feedback.core.http.problem_documents import build_problem
from cx_feedback.core.http.storable_text import clean_form, clean_query
from cx_feedback.core.pages.previews import refuse_preview

View = Callable[..., HttpResponseBase]
Answer = Callable[[HttpRequest, FeedbackError, bool], HttpResponseBase]
Pattern = URLPattern | URLResolver

_RAISED = (Http404, PermissionDenied, BadRequest, SuspiciousOperation, MultiPartParserError)
#: Methods that redirects may use without losing a body.
_SAFE = ("GET", "HEAD")


def answer_with_page(
    request: HttpRequest, error: FeedbackError, reads_body: bool = True
) -> HttpResponseBase:
    """Return ``error`` as an HTML page."""
    return error_page(request, error, reads_body=reads_body)


def answer_with_problem(
    request: HttpRequest, error: FeedbackError, reads_body: bool = True
) -> HttpResponseBase:
    """Return ``error`` as a problem document, whatever the request accepts."""
    response = JsonResponse(
        build_problem(error),
        status=get_status(error),
        headers=get_headers(error),
        content_type="application/problem+json",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def answer_errors_of_patterns(patterns: Iterable[Pattern], answer: Answer) -> list[Pattern]:
    """Return ``patterns`` with the errors of their views answered by ``answer``."""
    return [
        URLPattern(one.pattern, answer_errors(one.callback, answer), one.default_args, one.name)
        if isinstance(one, URLPattern)
        else URLResolver(
            one.pattern,
            answer_errors_of_patterns(one.url_patterns, answer),
            one.default_kwargs,
            one.app_name,
            one.namespace,
        )
        for one in patterns
    ]


def answer_errors(view: View, answer: Answer) -> View:
    """Wrap ``view`` so that ``answer`` responds to each of its errors.

    Writes are protected by their origin (``core.http.cross_site``). Django's CSRF check would
    answer posts without a token with the site's own page.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_rest = answer is answer_with_problem
        if is_rest and (preflight := answer_preflight(request)) is not None:
            add_cors_headers(request, preflight)
            return preflight
        try:
            if not _accepts_previews(view):
                refuse_preview(request)
            clean_query(request)
            if answer is answer_with_page and request.method == "POST":
                try:
                    refuse_large(request)
                except FeedbackError as error:
                    return answer(request, error, False)
                clean_form(request)
            # An act must read what was written, even if a replica lags behind.
            with (
                replicas.read_from_primary() if replicas.is_write(request.method) else nullcontext()
            ):
                response = view(request, *args, **kwargs)
        except (FeedbackError, *_RAISED) as raised:
            set_rollback()
            response = answer(request, as_error(raised), _is_readable(raised))
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response.headers["Allow"]
            response = answer(request, NotAllowed(), True)
            response.headers["Allow"] = allowed
        if response.status_code == 404:
            request.urlconf = "cx_feedback.core.http.error_urls"
        if is_rest:
            add_cors_headers(request, response)
        return response

    wrapped.csrf_exempt = True  # type: ignore[attr-defined]
    return wrapped


def accept_previews(view: View) -> None:
    """Let ``view`` decide on posts from previews itself (``previews.refuse_preview``)."""
    view.accepts_previews = True  # type: ignore[attr-defined]


def _accepts_previews(view: View) -> bool:
    """Return whether a view, or the class that it was made of, decides on previews itself."""
    return any(
        getattr(one, "accepts_previews", False) for one in (view, getattr(view, "cls", None))
    )


def as_error(raised: Exception) -> FeedbackError:
    """Return the FeedbackError equivalent to an exception of Django."""
    if isinstance(raised, FeedbackError):
        return raised
    if isinstance(raised, Http404):
        return NotFound()
    if isinstance(raised, PermissionDenied):
        return Refused()
    return TooLarge() if isinstance(raised, RequestDataTooBig) else InvalidInput()


def _is_readable(raised: Exception) -> bool:
    """Return whether the body of the request may be read for the response to ``raised``."""
    return isinstance(raised, (FeedbackError, Http404, PermissionDenied)) and not isinstance(
        raised, TooLarge
    )


def answer_unknown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Redirect an unknown URL to the same URL with a slash if that exists; raises NotFound.

    Writes are redirected with 308, which keeps the method and the body.
    """
    if not settings.APPEND_SLASH or request.path_info.endswith("/"):
        raise NotFound
    try:
        found = resolve(f"{request.path_info}/")
    except Resolver404:
        raise NotFound from None
    if not found.url_name:
        raise NotFound
    address = escape_leading_slashes(request.get_full_path(force_append_slash=True))
    response = HttpResponsePermanentRedirect(address)
    if request.method not in _SAFE:
        response.status_code = 308
    return response
