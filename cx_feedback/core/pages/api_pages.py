"""The pages that Wagtail's API is answering with, for blocks, which are given no page there.

Blocks of a list of pages fetch what they need for all its pages together, so that the number of
queries doesn't grow with the list.
"""

from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.apps import apps
from django.db.models import Model
from wagtail import blocks
from wagtail.fields import StreamField


@dataclass
class ApiPages:
    """The page that is being represented, and all of the same answer."""

    current: Any
    pages: Sequence[Any]
    #: What blocks have fetched for all of them, by a key of theirs.
    memo: dict[Any, Any] = field(default_factory=dict)

    def fetch_chosen(self, model: type[Model]) -> dict[int, Any]:
        """Return all objects of ``model`` that blocks of the pages have chosen, by id."""
        if model not in self.memo:
            ids = self.find_chosen_ids(model)
            self.memo[model] = model._default_manager.in_bulk(ids) if ids else {}
        found: dict[int, Any] = self.memo[model]
        return found

    def find_chosen_ids(self, model: type[Model]) -> set[int]:
        """Return the ids of the objects of ``model`` that blocks of the pages have chosen."""
        found = (chosen for page in self.pages for chosen in find_chosen_objects(page))
        return {pk for of, pk in found if of is model}


_shown: ContextVar[ApiPages | None] = ContextVar("cx_api_pages", default=None)


def get_api_pages() -> ApiPages | None:
    """Return the pages of the API's answer, None outside of one."""
    return _shown.get()


def connect_api() -> None:
    """Learn which page Wagtail's API represents; called when Django is ready."""
    if not apps.is_installed("wagtail.api.v2"):
        return
    from wagtail.api.v2.serializers import PageSerializer

    if not hasattr(PageSerializer.to_representation, "__wrapped__"):
        # Wagtail has no hook, and gives a block neither the page nor its stream.
        PageSerializer.to_representation = _note_pages(PageSerializer.to_representation)


def _note_pages(original: Any) -> Any:
    @wraps(original)
    def to_representation(self: Any, instance: Any) -> Any:
        many: Any = getattr(self, "parent", None)
        listed = getattr(many, "child", None) is self
        # The list is iterated over, so it has been fetched.
        pages = list(many.instance) if listed else [instance]
        memo = vars(many if listed else self).setdefault("_cx_memo", {})
        token = _shown.set(ApiPages(instance, pages, memo))
        try:
            return original(self, instance)
        finally:
            _shown.reset(token)

    return to_representation


class ApiChooserMixin:
    """A chooser block whose objects are fetched for all pages of a list of Wagtail's API."""

    is_fetched_with_page = True
    model_class: Any

    def bulk_to_python(self, values: Any) -> list[Any]:
        shown = get_api_pages()
        if shown is not None and set(values) <= shown.find_chosen_ids(self.model_class):
            chosen = shown.fetch_chosen(self.model_class)
            return [chosen.get(pk) for pk in values]
        found: list[Any] = super().bulk_to_python(values)  # type: ignore[misc]
        return found


def find_chosen_objects(page: Any) -> Iterator[tuple[type[Model], int]]:
    """Iterate over the model and id of what blocks in the StreamFields of ``page`` have chosen.

    Of blocks that are ``is_fetched_with_page``; without a query.
    """
    for one in page._meta.concrete_fields:
        value = getattr(page, one.attname) if isinstance(one, StreamField) else None
        if isinstance(value, blocks.StreamValue):
            yield from _find_in_block(value.stream_block, list(value.raw_data))


def _find_in_block(block: blocks.Block, raw: Any) -> Iterator[tuple[type[Model], int]]:
    """Iterate over what is chosen in the raw value of ``block``."""
    if getattr(block, "is_fetched_with_page", False):
        if isinstance(raw, int):
            yield block.model_class, raw
    elif isinstance(block, blocks.BaseStructBlock) and isinstance(raw, dict):
        for name, child in block.child_blocks.items():
            yield from _find_in_block(child, raw.get(name))
    elif isinstance(raw, (list, tuple)):
        for item in raw:
            in_form = isinstance(item, dict) and "value" in item
            if isinstance(block, blocks.BaseStreamBlock) and in_form:
                child = block.child_blocks.get(item.get("type"))
                yield from _find_in_block(child, item["value"]) if child else ()
            elif isinstance(block, blocks.ListBlock):
                # Older versions of Wagtail stored lists without ids.
                listed = in_form and "id" in item and item.get("type") == "item"
                yield from _find_in_block(block.child_block, item["value"] if listed else item)
