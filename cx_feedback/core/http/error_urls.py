"""The URL configuration of our requests that were answered with 404.

``LocaleMiddleware`` redirects a 404 to the same URL below a language, and ``CommonMiddleware`` to
the URL with a slash, if the request's URL configuration has them. This one has no languages, and
matches every URL.
"""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import re_path


def not_found(request: HttpRequest) -> HttpResponseBase:
    """Raise Http404, because nothing is served from here."""
    raise Http404


urlpatterns = [re_path("", not_found)]
