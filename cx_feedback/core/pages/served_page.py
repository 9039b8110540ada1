"""The page that is being served or previewed, for blocks rendered without a context.

``{{ page.body }}``, and a StructBlock without a template of its own, render their children
without the page's context. Blocks and template tags of all rooms get the page from here instead. A
context variable belongs to one thread or asynchronous task, so requests can't affect each other.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import swapper
from django.core.signals import request_finished, request_started
from django.http import HttpRequest
from wagtail.models import PreviewableMixin


@dataclass
class ServedPage:
    """The page being served; ``page`` is None in the preview of another object."""

    page: Any
    request: HttpRequest | None = None
    is_preview: bool = False
    #: Data that rooms prefetched for the page, by a key of theirs.
    memo: dict[Any, Any] = field(default_factory=dict)


_served: ContextVar[ServedPage | None] = ContextVar("cx_served_page", default=None)


def connect_signals() -> None:
    """Connect to requests and previews; called when Django is ready."""
    request_started.connect(_clear_served_page, dispatch_uid="cx_served_page_before")
    request_finished.connect(_clear_served_page, dispatch_uid="cx_served_page_after")
    original = PreviewableMixin.make_preview_request
    if not hasattr(original, "__wrapped__"):
        # Wagtail has no hook for previews.
        PreviewableMixin.make_preview_request = _note_previews(original)


def get_served() -> ServedPage | None:
    """Return the page being served, None outside of a request."""
    return _served.get()


def get_page(context: Any) -> Any:
    """Return the page of a template's context, otherwise the served page, or None.

    The variable ``page`` may be something else, such as a page of a paginator.
    """
    model = swapper.load_model("wagtailcore", "Page")
    page = context.get("page") if context else None
    if isinstance(page, model):
        return page
    served = _served.get()
    return served.page if served else None


def get_request(context: Any) -> HttpRequest | None:
    """Return the request of a template's context, otherwise the current one."""
    request = context.get("request") if context else None
    served = _served.get()
    return request or (served.request if served else None)


def is_previewed(context: Any) -> bool:
    """Return whether this is a preview."""
    served = _served.get()
    request = context.get("request") if context else None
    return bool(getattr(request, "is_preview", False) or (served and served.is_preview))


def note_page_while_serving(serve: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap ``serve``, Wagtail's function that serves a page, to set the served page.

    It is set until the response is rendered. A page that is served within another restores the
    other one.
    """

    def serve_page(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> Any:
        former = _served.get()
        _served.set(ServedPage(page, request))
        try:
            response = serve(page, request, args, kwargs)
        except BaseException:
            _served.set(former)
            raise
        if hasattr(response, "add_post_render_callback") and not response.is_rendered:
            response.add_post_render_callback(_restore_after_render(former))
        elif not getattr(response, "streaming", False):
            # A streaming response is written until the request ends.
            _served.set(former)
        return response

    return serve_page


def _restore_after_render(former: ServedPage | None) -> Callable[[Any], None]:
    def give_back(_response: Any) -> None:
        _served.set(former)

    return give_back


@contextmanager
def note_served_page(served: ServedPage) -> Iterator[None]:
    """Set the served page within the block."""
    former = _served.get()
    _served.set(served)
    try:
        yield
    finally:
        _served.set(former)


def _note_previews(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def make_preview_request(self: Any, *args: Any, **kwargs: Any) -> Any:
        is_page = isinstance(self, swapper.load_model("wagtailcore", "Page"))
        with note_served_page(ServedPage(self if is_page else None, is_preview=True)):
            return original(self, *args, **kwargs)

    return make_preview_request


def _clear_served_page(**kwargs: Any) -> None:
    _served.set(None)
