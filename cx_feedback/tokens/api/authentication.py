"""Programs that send a token: ``Authorization: Bearer cxf_…``."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from cx_feedback.core import conf
from cx_feedback.core.compat import get_django_request
from cx_feedback.core.errors import Unauthenticated
from cx_feedback.core.http.error_statuses_and_headers import TOKEN_CHALLENGE
from cx_feedback.core.http.throttles import throttle_key, throttle_request
from cx_feedback.core.people.token_grants import TokenGrant, limit_account
from cx_feedback.tokens.token_lookup import StoredToken, find_token, get_active_owner, record_use
from cx_feedback.tokens.token_text import BEGINNING


class TokenAuthentication(BaseAuthentication):
    """The account of a token, limited to its scopes and counted at its own rate.

    Where everybody is let in, a token that holds is nobody's: it acts for no account.
    """

    def authenticate(self, request: Request) -> tuple[Any, TokenGrant] | None:
        text = _read_token_text(request)
        if text is None:
            return None
        django_request = get_django_request(request)
        token, owner = _find_token(django_request, text)
        throttle_key("token", str(token.grant.token_id), token.rate)
        view: Any = (request.parser_context or {})["view"]
        if view.get_required_permission() is None and view.token_permission is None:
            return AnonymousUser(), token.grant
        limit_account(django_request, owner, token.grant)
        return owner, token.grant

    def authenticate_header(self, request: Request) -> str:
        return TOKEN_CHALLENGE


def _find_token(request: HttpRequest, text: str) -> tuple[StoredToken, Any]:
    """Return the token with ``text`` and its account; record its use, count those that don't hold.

    Where everybody is let in, a token of a deactivated account is refused like any other.
    """
    try:
        token = find_token(text)
        owner = get_active_owner(token)
    except Unauthenticated:
        throttle_request(request, "unauthorized")
        raise
    record_use(token)
    return token, owner


def _read_token_text(request: Request) -> str | None:
    """Return what is sent as a token, None if it is for another class to read."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    ours = text.startswith(BEGINNING) or not conf.get("AUTHENTICATION_CLASSES")
    return text.strip() if ours else None


class TokenScheme(OpenApiAuthenticationExtension):
    """The authentication of programs: a token of this package."""

    target_class = "cx_feedback.tokens.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that an editor makes under Feedback, Tokens, with scopes.",
        }
