"""The URL configuration that a request of ours has once it is answered with 404.

``LocaleMiddleware`` redirects a 404 to the same address below a language, and
``CommonMiddleware`` to the one with a slash, if the request's URL configuration has them. This
one has no languages, and every address is one of it.
"""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import re_path


def not_found(request: HttpRequest) -> HttpResponseBase:
    """Raise Http404: nothing is ever served from here."""
    raise Http404


urlpatterns = [re_path("", not_found)]
