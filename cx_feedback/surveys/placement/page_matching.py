"""The surveys and NPS widgets that appear on pages without a block.

Everything here depends on the page alone, so that its HTML can be cached. Sampling, rest periods
and timing depend on the reader and are left to the page's script.
"""

from dataclasses import dataclass
from typing import Any

import swapper
from django.db import transaction
from taggit.managers import TaggableManager

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.pages.page_access import content
from cx_feedback.core.text.text_folding import fold_text
from cx_feedback.surveys import selectors
from cx_feedback.surveys.placement.placement_options import PlacementOptions
from cx_feedback.surveys.selectors import LiveSurvey

#: Seconds for which the surveys without a block are cached.
CACHE_SECONDS = 30
#: Surveys that a page may hold at most for its script to choose the one that is due.
MOST_CANDIDATES = 5
_KEY = "cx:surveys:without-block"


@dataclass(frozen=True)
class PlacedSurvey:
    """A published survey that appears without a block. ``paths`` are those of its sections."""

    kind: str
    live: LiveSurvey
    options: PlacementOptions
    language: str
    paths: tuple[str, ...]


def get_due_surveys(page: Any, language: str) -> list[PlacedSurvey]:
    """Return the surveys that may appear on ``page`` without a block, first what slides in.

    The oldest come first. A page that shows one that asks by itself has none. Of a survey and its
    translations, the one in ``language`` is used, else the oldest. Costs one query (two with
    sections) every ``CACHE_SECONDS`` seconds, and one for the page's tags if a survey depends on
    tags.
    """
    if getattr(page, "cx_asks", False):
        return []
    families: dict[str, PlacedSurvey] = {}
    for placed in _get_placed_surveys():
        known = families.get(placed.options.family)
        if known is None or (placed.language == language != known.language):
            families[placed.options.family] = placed
    shown = getattr(page, "cx_families", ())
    due = [
        placed
        for family, placed in families.items()
        if family not in shown and _is_due(placed, page, language)
    ]
    return sorted(due, key=lambda placed: not placed.options.slides_in)[:MOST_CANDIDATES]


def mark_shown(page: Any, live: LiveSurvey, *, asks: bool) -> None:
    """Remember that ``page`` shows a survey, so that it does not appear there again.

    If it asks by itself, nothing else appears on the page without a block.
    """
    page.cx_families = {*getattr(page, "cx_families", ()), str(live.family)}
    page.cx_asks = asks or getattr(page, "cx_asks", False)


def clear_placements() -> None:
    """Drop the cached surveys, now and once more after the commit."""
    cache.delete(_KEY)
    transaction.on_commit(lambda: cache.delete(_KEY))


def is_placed_on(page_id: int, live: LiveSurvey) -> bool:
    """Return whether a survey appears on a live page without a block.

    The result is cached for ``CACHE_SECONDS`` seconds.
    """
    key = f"cx:surveys:placed:{page_id}:{live.family}"
    known, token = content.recall(key)
    if known is None:
        same = [p for p in _get_placed_surveys() if p.options.family == str(live.family)]
        pages = swapper.load_model("wagtailcore", "Page").objects.live()
        page = pages.filter(pk=page_id).specific().first() if same else None
        known = page is not None and any(_matches_page(placed, page) for placed in same)
        content.keep(key, known, token, CACHE_SECONDS)
    return bool(known)


def _is_due(placed: PlacedSurvey, page: Any, language: str) -> bool:
    options = placed.options
    if not placed.live.is_open or (options.languages and language not in options.languages):
        return False
    return _matches_page(placed, page)


def _matches_page(placed: PlacedSurvey, page: Any) -> bool:
    options = placed.options
    if options.sections and not (page.path or "").startswith(placed.paths or ("-",)):
        return False
    return not options.tags or not set(options.tags).isdisjoint(_get_tags(page))


def _get_tags(page: Any) -> set[str]:
    """Return the folded tags of a page, from all of its tag fields."""
    if not hasattr(page, "cx_tags"):
        managers = [f for f in page._meta.get_fields() if isinstance(f, TaggableManager)]
        page.cx_tags = {
            fold_text(tag.name) for m in managers for tag in getattr(page, m.name).all()
        }
    found: set[str] = page.cx_tags
    return found


def _get_placed_surveys() -> list[PlacedSurvey]:
    found: list[PlacedSurvey] | None = cache.get(_KEY)
    if found is None:
        found = _load_placed_surveys()
        cache.set(_KEY, found, CACHE_SECONDS)
    return found


def _load_placed_surveys() -> list[PlacedSurvey]:
    rows = [
        (kind, language, live, PlacementOptions.from_definition(live.definition))
        for kind, language, live in selectors.list_placed_surveys()
    ]
    section_ids = {pk for *_row, options in rows for pk in options.sections}
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(pk__in=section_ids)
    paths = dict(pages.values_list("pk", "path")) if section_ids else {}
    return [
        PlacedSurvey(
            kind,
            live,
            options,
            language,
            tuple(paths[pk] for pk in options.sections if pk in paths),
        )
        for kind, language, live, options in rows
    ]
