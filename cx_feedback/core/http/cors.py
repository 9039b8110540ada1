"""CORS for the REST endpoints: pages of ``TRUSTED_ORIGINS`` may send requests and read answers.

A site with django-cors-headers leaves it to that, which then trusts the same origins here
(``connect_cors_headers``). Nothing is sent to other origins, and no answer changes on a site
without trusted origins.
"""

from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from cx_feedback.core import conf
from cx_feedback.core.http.cross_site import is_trusted_origin

#: The header with a reader's key, for front ends without cookies.
READER_HEADER = "X-CX-Reader"
METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS")
#: Headers that a page of another origin may send, beside those that browsers always allow.
ALLOWED_HEADERS = ("Authorization", "Content-Type", "Idempotency-Key", READER_HEADER)
#: Headers of answers that its scripts may read.
EXPOSED_HEADERS = ("Deprecation", "Retry-After", "Sunset", "WWW-Authenticate", READER_HEADER)
#: Seconds for which browsers remember the answer to a preflight.
PREFLIGHT_SECONDS = 7200


def answer_preflight(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to a browser that asks what a trusted page may send; None for others."""
    asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if not asks or has_cors_headers() or not is_trusted_origin(request):
        return None
    headers = {
        "Access-Control-Allow-Methods": ", ".join(METHODS),
        "Access-Control-Allow-Headers": ", ".join(ALLOWED_HEADERS),
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        "Content-Length": "0",
    }
    return HttpResponse(status=204, headers=headers)


def add_cors_headers(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let pages of trusted origins read ``response``, and caches tell origins apart."""
    if not conf.get("TRUSTED_ORIGINS"):
        return
    if not has_cors_headers():
        patch_vary_headers(response, ["Origin"])
        if not is_trusted_origin(request):
            return
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers["Access-Control-Allow-Credentials"] = "true"
    if is_trusted_origin(request):
        # The middleware of django-cors-headers sets it afterwards where the site configures it.
        response.headers["Access-Control-Expose-Headers"] = ", ".join(EXPOSED_HEADERS)


def has_cors_headers() -> bool:
    """Return whether the site uses django-cors-headers."""
    return apps.is_installed("corsheaders")


def connect_cors_headers() -> None:
    """Let django-cors-headers trust ``TRUSTED_ORIGINS`` at our addresses."""
    if has_cors_headers():
        from corsheaders.signals import check_request_enabled

        check_request_enabled.connect(_is_ours_and_trusted, dispatch_uid="cx_cors")


def _is_ours_and_trusted(request: HttpRequest, **kwargs: Any) -> bool:
    from django.urls import Resolver404, resolve

    if not is_trusted_origin(request):
        return False
    try:
        return "cx_feedback" in resolve(request.path_info).app_names
    except Resolver404:
        return False
