"""The pages of a site that show a widget, by a block of a StreamField or by a template tag."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.template import engines
from django.template.utils import get_app_template_dirs
from django.utils.module_loading import import_string
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import get_page_models

from cx_feedback.core.health.registry import Widget

#: How deep blocks stand within blocks, and how many newest pages of a type are looked at.
MAX_DEPTH, MAX_PAGES = 6, 200
#: Bytes of a template that are read.
MAX_TEMPLATE = 500_000
_TAG = re.compile(r"\{%-?\s*(\w+)")


@dataclass(frozen=True)
class BlockPlace:
    """A place where editors can put a block: a field of a page type, and the names down to it."""

    model: type[Any]
    field_name: str
    #: The names of the blocks; "" for the items of a list.
    path: tuple[str, ...]


def find_places(widget: Widget) -> list[BlockPlace]:
    """Return the places of the site's page types that offer the block of ``widget``."""
    block_class = import_string(widget.block)
    return [
        BlockPlace(model, field.name, path)
        for model in get_page_models()
        for field in model._meta.get_fields()
        if isinstance(field, StreamField)
        for path in _find_paths(field.stream_block, block_class, ())
    ]


def _find_paths(
    block: Any, block_class: type[Any], path: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    if isinstance(block, block_class):
        yield path
    elif len(path) < MAX_DEPTH and isinstance(block, blocks.ListBlock):
        yield from _find_paths(block.child_block, block_class, (*path, ""))
    elif len(path) < MAX_DEPTH:
        for name, child in getattr(block, "child_blocks", {}).items():
            yield from _find_paths(child, block_class, (*path, name))


def find_pages(places: Sequence[BlockPlace]) -> Iterator[Any]:
    """Iterate over live public pages whose content has the block at one of ``places``."""
    for place in places:
        pages = place.model.objects.live().public().order_by("-last_published_at", "-pk")
        rows = pages.values_list("pk", place.field_name)[:MAX_PAGES]
        found = [pk for pk, value in rows if _has_block(list(value.raw_data), place.path)]
        for pk in found:
            page = place.model.objects.get(pk=pk)
            if page.full_url:
                yield page


def _has_block(raw: Any, path: tuple[str, ...]) -> bool:
    """Return whether raw JSON of a StreamField has a value at ``path``."""
    if not path:
        return raw is not None
    name, rest = path[0], path[1:]
    if isinstance(raw, dict):
        return name in raw and _has_block(raw[name], rest)
    if not isinstance(raw, list):
        return False
    return any(
        _has_block(item.get("value") if isinstance(item, dict) and "value" in item else item, rest)
        for item in raw
        if not name or (isinstance(item, dict) and item.get("type") == name)
    )


def find_newest_pages(models: Sequence[type[Any]], most: int) -> Iterator[Any]:
    """Iterate over the newest live public pages of ``models``, at most so many of each."""
    for model in models:
        pages = model.objects.live().public().order_by("-last_published_at", "-pk")
        own = (page for page in pages[:MAX_PAGES] if page.specific_class is model)
        yield from islice((page for page in own if page.full_url), most)


def uses_tags(tags: Sequence[str]) -> bool:
    """Return whether a template of the site uses one of the template tags."""
    return any(name in tags for text in _iterate_templates() for name in _TAG.findall(text))


def _iterate_templates() -> Iterator[str]:
    """Iterate over the templates of the site, without those of installed libraries and ours."""
    folders = [Path(str(d)) for d in get_app_template_dirs("templates")]
    for engine in engines.all():
        folders += [Path(str(d)) for d in getattr(engine, "template_dirs", ())]
    own = [f for f in dict.fromkeys(folders) if not _is_of_library(f)]
    for folder in own:
        for path in islice(folder.rglob("*.html"), 2000):
            if path.stat().st_size <= MAX_TEMPLATE:
                yield path.read_text(encoding="utf-8", errors="replace")


def _is_of_library(folder: Path) -> bool:
    ours = Path(__file__).parents[2]
    return "site-packages" in folder.parts or folder.is_relative_to(ours)
