"""The URL patterns of this package, found in the resolver, with what fills their parameters."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver, reverse

#: Wagtail's own screens of one revision or task, which our viewsets leave as they are.
WAGTAIL_SCREENS = ("workflow", "revisions")
WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"cx_feedback_')


@dataclass(frozen=True)
class Address:
    """A URL pattern by its name, with the names of its parameters."""

    namespace: str
    name: str
    parameters: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.namespace}:{self.name}"

    def fill(self, objects: dict[str, Any]) -> str:
        """Return the URL for ``objects``, by parameter."""
        values = [getattr(objects[name], "pk", objects[name]) for name in self.parameters]
        return reverse(str(self), args=values)


def walk(patterns: Any, namespace: str = "") -> Iterator[tuple[Address, Any]]:
    """Iterate over all patterns with their views."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            parameters = tuple(pattern.pattern.regex.groupindex)
            yield Address(namespace, str(pattern.name), parameters), pattern.callback
        else:
            inner = ":".join(filter(None, (namespace, pattern.namespace)))
            yield from walk(pattern.url_patterns, inner)


def is_ours(address: Address, view: Any) -> bool:
    """Return whether a view of the admin belongs to this package."""
    own_model = address.namespace.startswith(("cx_", "wagtailsnippet")) and (
        "cx_" in address.namespace
    )
    return own_model or getattr(view, "cx_clean_requests", False)


def list_admin_addresses() -> list[Address]:
    """Return the addresses of this package in the admin, in the order of their names."""
    [admin] = [p for p in get_resolver().url_patterns if str(p.pattern) == "admin/"]
    found = {address for address, view in walk(admin.url_patterns) if is_ours(address, view)}
    kept = (address for address in found if not any(w in address.name for w in WAGTAIL_SCREENS))
    return sorted(kept, key=str)


def list_rest_addresses() -> list[tuple[Address, Any]]:
    """Return the addresses of REST with their view classes, in the order of their names."""
    found = walk(get_resolver().url_patterns)
    rest = [
        (address, view.cls)
        for address, view in found
        if address.namespace == "cx_feedback" and address.name.startswith("api-")
    ]
    return sorted(rest, key=lambda pair: str(pair[0]))


def write_statements(captured: Iterable[dict[str, str]]) -> list[str]:
    """Return the statements that changed a table of this package."""
    return [query["sql"] for query in captured if WRITES.match(query["sql"])]
