"""The base of the REST views: problem documents, and checks of origin instead of tokens."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cx_feedback.core.api.parsers import StrictJSON
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.compat import get_django_request
from cx_feedback.core.errors import (
    FeedbackError,
    InvalidInput,
    NotFound,
    Refused,
    ScopeMissing,
    SectionRequired,
    TooLarge,
    Unauthenticated,
)
from cx_feedback.core.http.authentication_classes import (
    add_site_authenticators,
    refuse_wrong_credentials,
)
from cx_feedback.core.http.body_limit import refuse_large
from cx_feedback.core.http.cross_site import may_use_cookies, refuse_cross_site
from cx_feedback.core.http.error_statuses_and_headers import FrameworkError, get_headers, get_status
from cx_feedback.core.http.idempotency_keys import check_idempotency_key
from cx_feedback.core.http.problem_documents import build_problem
from cx_feedback.core.http.throttles import throttle_request
from cx_feedback.core.people.token_grants import TokenGrant, get_grant
from cx_feedback.core.permissions import AccessRule
from cx_feedback.core.text import languages

SAFE = ("GET", "HEAD", "OPTIONS")


class SameSiteSession(BaseAuthentication):
    """Django's session user, accepted for writes only from pages of this site."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        django_request = get_django_request(request)
        user = getattr(django_request, "user", None)
        if not may_use_cookies(django_request) or user is None or not user.is_active:
            return None
        return (user, None)


class AlwaysJSON(BaseContentNegotiation):
    """Always respond with JSON, whatever the Accept header says."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0] if parsers else None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class RoomPermissionRequired(BasePermission):
    """Lets in those to whom the view's ``required_permission`` is granted; None is everybody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        rule: AccessRule | None = view.get_required_permission()
        if rule is None and not request.authenticators:
            # Nobody is asked who they are: reading the user would make Django's request anonymous.
            return True
        grant = get_grant(request.user)
        if grant is None:
            return rule is None or rule.is_granted_to(request.user)
        rule = rule or view.token_permission
        if rule is not None:
            _require_scopes(rule, request.user, grant)
        if grant.paths is not None:
            view.require_section(grant)
        return True


def _require_scopes(rule: AccessRule, user: Any, grant: TokenGrant) -> None:
    """Raise ScopeMissing, or Refused if it is the account of the token that lacks a permission."""
    if rule.is_granted_to(user):
        return
    names = rule.get_permission_names()
    if missing := [name for name in names if name not in grant.scopes]:
        raise ScopeMissing(missing)
    raise Refused(_("The account of this token lacks the permission %s.") % ", ".join(names))


class FeedbackAPIView(APIView):
    """A REST view that calls one service. Errors become RFC 9457 problem documents.

    ``throttle_scope`` is the scope in ``CX_FEEDBACK["RATES"]`` for writes.
    ``required_permission`` is a rule of a room's ``permissions.py``. Where everybody may write,
    ``token_permission`` is what a program's token needs to do so at a rate of its own.
    """

    authentication_classes = [SameSiteSession]
    permission_classes = [RoomPermissionRequired]
    required_permission: ClassVar[AccessRule | None] = None
    token_permission: ClassVar[AccessRule | None] = None
    #: The subclass of ``ProblemOut`` that tells what the object of a decision is now.
    conflict_serializer: ClassVar[Any] = None
    parser_classes = [StrictJSON]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AlwaysJSON
    schema = AutoSchema()
    throttle_scope = "write"

    #: The request as Django made it, for services of ours; ``self.request`` is REST framework's.
    django_request: HttpRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.django_request = request

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with cache.in_place_of_the_sites(), _write_language(request):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in SAFE:
            refuse_cross_site(self.django_request)
            refuse_large(self.django_request)
            _check_key(self.django_request)
        if not request.authenticators:
            refuse_wrong_credentials(request)
        if request.method not in SAFE:
            self.throttle_client(request, self.throttle_scope)
        super().initial(request, *args, **kwargs)

    def throttle_client(self, request: Request, scope: str) -> None:
        """Raise TooMany if the client is over the rate of ``scope``; a token has its own."""
        named = "Authorization" in request.headers and request.authenticators
        if not named or get_grant(request.user) is None:
            throttle_request(self.django_request, scope)

    def get_authenticators(self) -> list[Any]:
        return add_site_authenticators(super().get_authenticators())

    def get_required_permission(self) -> AccessRule | None:
        """Return the rule for this request, None where everybody is let in."""
        return self.required_permission

    def require_section(self, grant: TokenGrant) -> None:
        """Raise SectionRequired for a token with sections: what is here is of the whole site."""
        raise SectionRequired

    def finalize_response(self, request: Request, response: Any, *a: Any, **k: Any) -> Any:
        response = super().finalize_response(request, response, *a, **k)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def get_exception_handler(self) -> Any:
        return problem_response

    def get_json_object(self, request: Request) -> dict[str, Any]:
        """Return the JSON object of the request; raises InvalidInput for other JSON."""
        data = request.data
        if not isinstance(data, dict):
            raise InvalidInput(fields={"body": [_("A JSON object is expected.")]})
        return data


def _write_language(request: HttpRequest) -> AbstractContextManager[None]:
    """Return a context manager for the language of a write, that of the form as without script.

    The middleware of a site may choose none. Reads stay in its language: what is kept of them in
    caches doesn't vary by the header.
    """
    return nullcontext() if request.method in SAFE else translation.override(_get_language(request))


def _get_language(request: HttpRequest) -> str:
    """Return the one language that a script names, otherwise that of the path or the request."""
    sent = request.headers.get("Accept-Language", "")
    named = "" if "," in sent or ";" in sent else languages.get_site_language(sent.strip())
    return named or translation.get_language_from_request(request, check_path=True)


def _check_key(request: HttpRequest) -> None:
    """Raise InvalidInput for an Idempotency-Key that can't be one: it would protect from nothing.

    Also where a repeat does no harm, since a program sends the same kind of key everywhere.
    """
    errors: dict[str, list[str]] = {}
    check_idempotency_key(request.headers.get("Idempotency-Key", ""), errors)
    if errors:
        raise InvalidInput(fields=errors)


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, always as JSON, with the errors of the other views."""

    authentication_classes = []
    content_negotiation_class = AlwaysJSON
    schema = None
    token_permission: ClassVar[AccessRule | None] = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        refuse_wrong_credentials(request)
        super().initial(request, *args, **kwargs)

    def get_required_permission(self) -> AccessRule | None:
        """Return None: everybody may read it."""
        return None

    def get_exception_handler(self) -> Any:
        return problem_response


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document of an exception; None leaves a real fault to Django."""
    error = as_feedback_error(exc)
    if error is None:
        return None
    shape = getattr(context["view"], "conflict_serializer", None)
    problem = build_problem(error, conflict_serializer=shape)
    response = Response(problem, status=get_status(error), headers=get_headers(error))
    response.content_type = "application/problem+json"
    return response


def as_feedback_error(exc: Exception) -> FeedbackError | None:
    """Return the FeedbackError equivalent to ``exc``, None if it isn't a refusal."""
    if isinstance(exc, FeedbackError):
        return exc
    if isinstance(exc, (Http404, exceptions.NotFound)):
        return NotFound()
    if isinstance(exc, RequestDataTooBig):
        return TooLarge()
    if isinstance(exc, exceptions.ValidationError) and isinstance(exc.detail, dict):
        return InvalidInput(fields={k: _as_list(v) for k, v in exc.detail.items()})
    if isinstance(exc, exceptions.AuthenticationFailed):
        return Unauthenticated(exc.detail)
    if isinstance(exc, (exceptions.PermissionDenied, exceptions.NotAuthenticated)):
        return Refused(pgettext("feedback", "Log in with an account that has access to this."))
    if isinstance(exc, exceptions.ParseError):
        return InvalidInput(fields={"body": [_("This is not valid JSON.")]})
    if isinstance(exc, exceptions.APIException):
        code = str(exc.default_code).replace("_", "-")
        return FrameworkError(exc.detail, status=exc.status_code, code=code)
    return None


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
