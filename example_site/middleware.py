"""What the public pages say to browsers and to caches."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

EDITORS_PREFIX = "/admin/"
#: Where readers log in, by choice: a form there may lead on to another site's login.
ACCOUNTS_PREFIX = "/accounts/"

PUBLIC_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)


def public_pages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give public pages a strict content policy, and keep editors' pages out of shared caches.

    The policy allows no inline script and no inline style. Editors, known by their session
    cookie, get Wagtail's own bar on the page, which needs both: their pages carry no policy
    and are marked as private instead.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith(EDITORS_PREFIX):
            return response
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private")
        else:
            policy = PUBLIC_POLICY
            if request.path.startswith(ACCOUNTS_PREFIX):
                policy = policy.replace("form-action 'self'", "form-action 'self' https:")
            response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware
