"""The OpenAPI document of the endpoints of this package, independent of the site's own."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema

from cx_feedback.core.http.parameters import LARGEST_PAGE_ID
from cx_feedback.core.http.problem_documents import ProblemOut

Method = Callable[..., Any]


class EndpointSchema(AutoSchema):
    """The description of a view, with the authentication that its permissions ask for."""

    def get_auth(self) -> list[Any]:
        found: list[Any] = super().get_auth()
        view: Any = self.view
        if view.get_required_permission() is not None:
            return found
        if view.token_permission is None:
            found = [scheme for scheme in found if "token" not in scheme]
        return [*found, {}]


def describe_endpoint(
    *, responses: Any, traits: Iterable[str] = (), **words: Any
) -> Callable[[Method], Method]:
    """Describe the parameters and responses of a view method, like ``extend_schema``.

    ``traits`` are of ``operation_traits``. Refusals are always problem documents and need no
    description (``document_parts``). The site's DEFAULT_SCHEMA_CLASS may be a different one, so
    ours is set explicitly.
    """
    answers = responses if isinstance(responses, dict) else {200: responses}
    refused = {("4XX", "application/problem+json"): ProblemOut}

    def decorate(method: Method) -> Method:
        method.schema = EndpointSchema  # type: ignore[attr-defined]
        described: Method = extend_schema(
            responses={**answers, **refused}, extensions=dict.fromkeys(traits, True), **words
        )(method)
        return described

    return decorate


def describe_number(low: int, high: int, default: int | None = None) -> dict[str, Any]:
    """Return the schema of a parameter that is a whole number from ``low`` to ``high``."""
    bounds = {"type": "integer", "minimum": low, "maximum": high}
    return bounds if default is None else {**bounds, "default": default}


#: The schema of a parameter that is the id of a page.
PAGE_ID = describe_number(0, LARGEST_PAGE_ID)


def keep_own_endpoints(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """Return the endpoints whose view belongs to this package."""
    return [
        endpoint
        for endpoint in endpoints
        if getattr(endpoint[3], "cls", object).__module__.startswith("cx_feedback.")
    ]


class SessionScheme(OpenApiAuthenticationExtension):
    """The authentication of staff: the session of the site."""

    target_class = "cx_feedback.core.api.views.SameSiteSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
