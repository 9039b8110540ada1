"""Prefetching of all surveys on the page that is being served.

Wagtail fetches the objects that blocks choose separately for each type of block, so a page with
surveys in columns, cards and lists would need a query for each. Here it needs one per model.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model
from django.utils.translation import get_language
from wagtail import blocks
from wagtail.fields import StreamField

from cx_feedback.core.pages.served_page import ServedPage, get_served
from cx_feedback.surveys import selectors


def fetch_page_surveys(model: type[Model], values: Iterable[Any]) -> dict[int, Any]:
    """Return the surveys of these ids (which may include None) by id, None if one is deleted.

    One query fetches them with all others of the page that is being served.
    """
    pks = {pk for pk in values if pk is not None}
    if not pks:
        return {}
    served = get_served()
    found = _fetch_served_page(served, model, pks) if served and not served.is_preview else None
    return (
        selectors.fetch_chosen_surveys(model._default_manager.all(), pks)
        if found is None
        else found
    )


def _fetch_served_page(
    served: ServedPage, model: type[Model], pks: set[int]
) -> dict[int, Any] | None:
    """Return all surveys of ``model`` on the page by id, None if ``pks`` are not all on it."""
    key = ("surveys", model, get_language() or "")
    if key not in served.memo:
        wanted = {pk for of, pk in find_chosen_surveys(served.page) if of is model}
        found = selectors.fetch_chosen_surveys(model._default_manager.all(), wanted)
        served.memo[key] = {pk: found.get(pk) for pk in wanted}
    fetched: dict[int, Any] = served.memo[key]
    return fetched if pks <= fetched.keys() else None


def get_unique_prefix(prefix: str, survey_id: int) -> str:
    """Return ``prefix``, numbered from the second form of a survey on a page on.

    This keeps element ids unique.
    """
    served = get_served()
    if served is None:
        return prefix
    key = ("surveys", "rendered", survey_id)
    served.memo[key] = number = served.memo.get(key, 0) + 1
    return prefix if number == 1 else f"{prefix}-n{number}"


def find_chosen_surveys(page: Any) -> Iterator[tuple[type[Model], int]]:
    """Iterate over the model and id of each survey in the StreamFields of ``page``."""
    for field in page._meta.concrete_fields:
        value = getattr(page, field.attname) if isinstance(field, StreamField) else None
        if isinstance(value, blocks.StreamValue):
            yield from _find_in_block(value.stream_block, list(value.raw_data))


def _find_in_block(block: blocks.Block, raw: Any) -> Iterator[tuple[type[Model], int]]:
    """Iterate over the chosen surveys in the raw value of ``block``."""
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
