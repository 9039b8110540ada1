"""The OpenAPI document of the endpoints of this package, independent of the site's own."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

Method = Callable[..., Any]


class ProblemOut(serializers.Serializer[Any]):
    """An RFC 9457 problem document with the reason for a refusal."""

    type = serializers.CharField(help_text="urn:cx-feedback:problem:<code>; does not change.")
    title = serializers.CharField(help_text="For people, in their language.")
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Field to what is wrong with it.",
    )


def describe_endpoint(*, responses: Any, **words: Any) -> Callable[[Method], Method]:
    """Describe the parameters and responses of a view method, like ``extend_schema``.

    Refusals are always problem documents and need no description. The site's
    DEFAULT_SCHEMA_CLASS may be a different one, so ours is set explicitly.
    """
    answers = responses if isinstance(responses, dict) else {200: responses}
    refused = {("4XX", "application/problem+json"): ProblemOut}

    def decorate(method: Method) -> Method:
        method.schema = AutoSchema  # type: ignore[attr-defined]
        described: Method = extend_schema(responses={**answers, **refused}, **words)(method)
        return described

    return decorate


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
