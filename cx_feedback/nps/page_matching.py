"""The widgets that appear on pages without a block.

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
from cx_feedback.nps.models import NPSWidget
from cx_feedback.nps.widget_options import WidgetOptions
from cx_feedback.surveys import selectors
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.responses import access
from cx_feedback.surveys.selectors import LiveSurvey

#: Seconds for which the widgets without a block are cached.
CACHE_SECONDS = 30
_KEY = "cx:nps:without-block"


@dataclass(frozen=True)
class _PlacedWidget:
    """A published widget that appears without a block. ``paths`` are those of its sections."""

    live: LiveSurvey
    options: WidgetOptions
    language: str
    paths: tuple[str, ...]


def get_due_widget(page: Any, language: str) -> LiveSurvey | None:
    """Return the oldest widget that appears on ``page`` without a block, None if there is none.

    Of a widget and its translations, the one in ``language`` is used, else the oldest. Costs two
    queries (three with sections) every ``CACHE_SECONDS`` seconds, and one for the page's tags if
    a widget depends on tags.
    """
    if getattr(page, "cx_nps_shown", False):
        return None
    families: dict[str, _PlacedWidget] = {}
    for placed in _get_placed_widgets():
        known = families.get(placed.options.family)
        if known is None or (placed.language == language != known.language):
            families[placed.options.family] = placed
    return next((p.live for p in families.values() if _is_due(p, page, language)), None)


def mark_shown(page: Any) -> None:
    """Keep other widgets from appearing while this page is rendered."""
    page.cx_nps_shown = True


def clear_placements() -> None:
    """Drop the cached widgets, now and once more after the commit."""
    cache.delete(_KEY)
    transaction.on_commit(lambda: cache.delete(_KEY))


def is_shown_on(page_id: int, live: LiveSurvey) -> bool:
    """Return whether a live page shows the widget, by a block or without one.

    The result is cached for ``CACHE_SECONDS`` seconds.
    """
    if access.is_shown_on(page_id, live):
        return True
    key = f"cx:nps:on:{page_id}:{live.family}"
    known, token = content.recall(key)
    if known is None:
        pages = swapper.load_model("wagtailcore", "Page").objects.live()
        page = pages.filter(pk=page_id).specific().first()
        known = page is not None and any(
            placed.options.family == str(live.family) and _matches_page(placed, page)
            for placed in _get_placed_widgets()
        )
        content.keep(key, known, token, CACHE_SECONDS)
    return bool(known)


def _is_due(placed: _PlacedWidget, page: Any, language: str) -> bool:
    options = placed.options
    if not placed.live.is_open or (options.languages and language not in options.languages):
        return False
    return _matches_page(placed, page)


def _matches_page(placed: _PlacedWidget, page: Any) -> bool:
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


def _get_placed_widgets() -> list[_PlacedWidget]:
    found: list[_PlacedWidget] | None = cache.get(_KEY)
    if found is None:
        found = _load_placed_widgets()
        cache.set(_KEY, found, CACHE_SECONDS)
    return found


def _load_placed_widgets() -> list[_PlacedWidget]:
    widgets = NPSWidget.objects.filter(shown_without_block=True, live=True)
    languages = dict(widgets.values_list("pk", "locale__language_code"))
    rows = [
        (live, WidgetOptions.from_definition(live.definition), languages[live.survey_id])
        for live in (selectors.list_live_surveys(Survey.NPS) if languages else ())
        if live.survey_id in languages
    ]
    section_ids = {pk for _live, options, _language in rows for pk in options.sections}
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(pk__in=section_ids)
    paths = dict(pages.values_list("pk", "path")) if section_ids else {}
    return [
        _PlacedWidget(
            live, options, language, tuple(paths[pk] for pk in options.sections if pk in paths)
        )
        for live, options, language in rows
    ]
