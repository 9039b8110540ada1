"""The OpenAPI document of this package's own endpoints, whatever a site uses for its others."""

from collections.abc import Callable
from typing import Any

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
