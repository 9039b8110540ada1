"""URL patterns and views that are created when they are needed.

``django.setup()`` and the root URL configuration therefore import no views, which workers and
management commands don't need.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from inspect import getattr_static
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils.module_loading import import_string

Pattern = URLPattern | URLResolver
View = Callable[..., HttpResponseBase]
ViewSet = TypeVar("ViewSet", bound=type)


class DeferredPatterns(Sequence[Pattern]):
    """A list of the patterns that ``make_patterns`` returns, which is called at the first access.

    Django accepts any iterable as the patterns of a resolver. Wagtail reads all patterns of the
    admin at once to protect their views, so views are deferred there instead.
    """

    def __init__(self, make_patterns: Callable[[], Sequence[Pattern]]) -> None:
        self._make_patterns = make_patterns

    @cached_property
    def _patterns(self) -> list[Pattern]:
        return list(self._make_patterns())

    def __len__(self) -> int:
        return len(self._patterns)

    def __iter__(self) -> Iterator[Pattern]:
        return iter(self._patterns)

    def __getitem__(self, index: Any) -> Any:
        return self._patterns[index]


class DeferredView:
    """A view that ``make_view`` creates for the first request."""

    def __init__(self, make_view: Callable[[], View], name: str) -> None:
        self._make_view = make_view
        self.__name__ = self.__qualname__ = name

    @cached_property
    def view(self) -> View:
        return self._make_view()

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.view(request, *args, **kwargs)

    @property
    def view_class(self) -> Any:
        """Return the class of the view, like Django's ``view_class``."""
        return self.view.view_class  # type: ignore[attr-defined]

    @property
    def view_initkwargs(self) -> Any:
        """Return the arguments of the class, like Django's ``view_initkwargs``."""
        return self.view.view_initkwargs  # type: ignore[attr-defined]


class DeferredClass:
    """A class attribute that imports its dotted ``path`` when it is read.

    For the ``…_view_class`` attributes of viewsets, whose views need most of a room.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return import_string(self._path)


def deferred_view(path: str, **initkwargs: Any) -> DeferredView:
    """Return the view of the class with the dotted ``path``, imported for the first request."""
    return DeferredView(lambda: import_string(path).as_view(**initkwargs), path.rpartition(".")[2])


def defer_views(viewset: ViewSet) -> ViewSet:
    """Decorate a viewset of Wagtail so that its views are created for the first request.

    These are the properties of a viewset whose names end with ``_view``.
    """
    for name in dir(viewset):
        original = getattr_static(viewset, name)
        if name.endswith("_view") and isinstance(original, property) and original.fget:
            make_view = partial(_make_deferred_view, original.fget, name)
            setattr(viewset, name, property(make_view))
    return viewset


def _make_deferred_view(get_view: Callable[[Any], View], name: str, viewset: Any) -> DeferredView:
    return DeferredView(partial(get_view, viewset), f"{type(viewset).__name__}.{name}")
