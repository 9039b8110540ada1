"""Filters for the pages of results."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def at(mapping: dict[Any, Any], key: Any) -> Any:
    """Return ``mapping[key]``, None when it is not there."""
    return mapping.get(key)
