"""The surveys on the page that is being served, fetched together wherever they stand in it.

Wagtail fetches what blocks choose one type of block at a time. A page with surveys in columns,
cards and lists would so cost a query for each of these types; here it costs one for each model.
"""

from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import Any

from django.core.signals import request_finished, request_started
from django.db.models import Model
from django.utils.translation import get_language
from wagtail import blocks
from wagtail.fields import StreamField

from cx_feedback.surveys import selectors


class Serving:
    """A page while it is served; looked through when the first of its surveys is wanted."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self._fetched: dict[tuple[type[Model], str], dict[int, Any]] = {}

    def chosen(self, model: type[Model], pks: set[int]) -> dict[int, Any] | None:
        """Return the surveys of ``model`` on the page by id, None where these are not on it."""
        key = (model, get_language() or "")
        if key not in self._fetched:
            wanted = {pk for of, pk in chosen_on(self.page) if of is model}
            found = selectors.chosen(model._default_manager.all(), wanted)
            self._fetched[key] = {pk: found.get(pk) for pk in wanted}
        fetched = self._fetched[key]
        return fetched if pks <= fetched.keys() else None


_serving: ContextVar[Serving | None] = ContextVar("cx_serving", default=None)


def connect() -> None:
    """Forget the page with its request; called when Django is ready."""
    request_started.connect(_forget, dispatch_uid="cx_surveys_placed_before")
    request_finished.connect(_forget, dispatch_uid="cx_surveys_placed_after")


def serve(page: Any) -> None:
    """Note that ``page`` is served from here on, until its request ends."""
    _serving.set(Serving(page))


def _forget(**kwargs: Any) -> None:
    _serving.set(None)


def fetch(model: type[Model], values: Iterable[Any]) -> dict[int, Any]:
    """Return the surveys of these ids (None among them) by id, None for one that is deleted.

    One query, with all others of the page that is being served; none when they were fetched so.
    """
    pks = {pk for pk in values if pk is not None}
    if not pks:
        return {}
    serving = _serving.get()
    found = serving.chosen(model, pks) if serving else None
    return selectors.chosen(model._default_manager.all(), pks) if found is None else found


def chosen_on(page: Any) -> Iterator[tuple[type[Model], int]]:
    """Iterate over the model and id of each survey in the StreamFields of ``page``."""
    for field in page._meta.concrete_fields:
        value = getattr(page, field.attname) if isinstance(field, StreamField) else None
        if isinstance(value, blocks.StreamValue):
            yield from _within(value.stream_block, list(value.raw_data))


def _within(block: blocks.Block, raw: Any) -> Iterator[tuple[type[Model], int]]:
    """Iterate over the choices in what is stored of ``block``."""
    if getattr(block, "is_fetched_with_page", False):
        if isinstance(raw, int):
            yield block.model_class, raw
    elif isinstance(block, blocks.BaseStructBlock) and isinstance(raw, dict):
        for name, child in block.child_blocks.items():
            yield from _within(child, raw.get(name))
    elif isinstance(raw, (list, tuple)):
        for item in raw:
            in_form = isinstance(item, dict) and "value" in item
            if isinstance(block, blocks.BaseStreamBlock) and in_form:
                child = block.child_blocks.get(item.get("type"))
                yield from _within(child, item["value"]) if child else ()
            elif isinstance(block, blocks.ListBlock):
                # Lists were stored without ids once.
                listed = in_form and "id" in item and item.get("type") == "item"
                yield from _within(block.child_block, item["value"] if listed else item)
