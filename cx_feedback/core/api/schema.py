"""The OpenAPI document of this package's own endpoints, whatever a site uses for its others."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema

Method = Callable[..., Any]


def describe(**words: Any) -> Callable[[Method], Method]:
    """Say what a view's method takes and answers; arguments as of ``extend_schema``.

    The site's DEFAULT_SCHEMA_CLASS may be another one, so ours is named first.
    """

    def decorate(method: Method) -> Method:
        method.schema = AutoSchema  # type: ignore[attr-defined]
        described: Method = extend_schema(**words)(method)
        return described

    return decorate


def only_ours(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """Keep the endpoints whose view is one of this package's."""
    return [
        endpoint
        for endpoint in endpoints
        if getattr(endpoint[3], "cls", object).__module__.startswith("cx_feedback.")
    ]


class SessionScheme(OpenApiAuthenticationExtension):
    """How staff authenticate: the site's own session."""

    target_class = "cx_feedback.core.api.views.SessionOfOwnPages"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
