"""URL patterns that are made when an address is first looked up among them.

``django.setup()`` and the root URL configuration import no views, which a worker or a management
command never calls.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from importlib import import_module
from typing import Any

from django.urls import URLPattern, URLResolver, include

Pattern = URLPattern | URLResolver


class DeferredPatterns(Sequence[Pattern]):
    """A list of patterns that ``make_patterns`` returns, called for the first who reads it.

    Django accepts any iterable as the patterns of a resolver. It is true without being read,
    because Wagtail leaves out the viewsets whose patterns are not.
    """

    def __init__(self, make_patterns: Callable[[], Sequence[Pattern]]) -> None:
        self._make_patterns = make_patterns

    @cached_property
    def _patterns(self) -> list[Pattern]:
        return list(self._make_patterns())

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        return len(self._patterns)

    def __iter__(self) -> Iterator[Pattern]:
        return iter(self._patterns)

    def __getitem__(self, index: Any) -> Any:
        return self._patterns[index]


def include_deferred(module: str, namespace: str) -> Any:
    """Include the ``urlpatterns`` of ``module``, which is imported when one is looked up."""
    patterns = DeferredPatterns(lambda: import_module(module).urlpatterns)
    return include((patterns, namespace), namespace=namespace)
