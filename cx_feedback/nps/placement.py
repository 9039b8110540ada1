"""Which widget is due on a page: what depends on the page alone, so that any cache may keep it.

Sampling, rest and the moment depend on the reader and are decided by the page's script.
"""

from dataclasses import dataclass
from typing import Any

import swapper
from django.db import transaction
from taggit.managers import TaggableManager

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.pages.page_access import content
from cx_feedback.core.text.text_folding import fold_text
from cx_feedback.nps.models import NPSWidget, WidgetOptions
from cx_feedback.surveys import selectors
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.responses import access
from cx_feedback.surveys.selectors import LiveSurvey

#: Seconds for which what appears on its own is not looked up again.
CACHE_SECONDS = 30
_KEY = "cx:nps:everywhere"


@dataclass(frozen=True)
class _PlacedWidget:
    """A published widget that appears without a block; ``paths`` are those of its sections."""

    live: LiveSurvey
    extra: WidgetOptions
    language: str
    paths: tuple[str, ...]


def get_due_widget(page: Any, language: str) -> LiveSurvey | None:
    """Return the first widget, by age, that appears on ``page`` on its own; None for none.

    Of a widget and its translations, that in ``language`` decides, else the oldest. Costs two
    queries (three with sections) every ``CACHE_SECONDS`` seconds, and one for the page's tags if a
    widget asks for tags.
    """
    if getattr(page, "cx_nps_shown", False):
        return None
    families: dict[str, _PlacedWidget] = {}
    for placed in _get_placed_widgets():
        known = families.get(placed.extra.family)
        if known is None or (placed.language == language != known.language):
            families[placed.extra.family] = placed
    return next((p.live for p in families.values() if _is_due(p, page, language)), None)


def mark_shown(page: Any) -> None:
    """Let nothing else appear on its own while this page is rendered."""
    page.cx_nps_shown = True


def clear_placements() -> None:
    """Look up anew what appears on its own, now and once more after the commit."""
    cache.delete(_KEY)
    transaction.on_commit(lambda: cache.delete(_KEY))


def is_shown_on(page_id: int, live: LiveSurvey) -> bool:
    """Return whether a live page shows the widget: by a block, or on its own.

    No query once it was looked up, for ``CACHE_SECONDS`` seconds.
    """
    if access.is_shown_on(page_id, live):
        return True
    key = f"cx:nps:on:{page_id}:{live.family}"
    known, token = content.recall(key)
    if known is None:
        pages = swapper.load_model("wagtailcore", "Page").objects.live()
        page = pages.filter(pk=page_id).specific().first()
        known = page is not None and any(
            placed.extra.family == str(live.family) and _matches_page(placed, page)
            for placed in _get_placed_widgets()
        )
        content.keep(key, known, token, CACHE_SECONDS)
    return bool(known)


def _is_due(placed: _PlacedWidget, page: Any, language: str) -> bool:
    extra = placed.extra
    if not placed.live.is_open or (extra.languages and language not in extra.languages):
        return False
    return _matches_page(placed, page)


def _matches_page(placed: _PlacedWidget, page: Any) -> bool:
    extra = placed.extra
    if extra.sections and not (page.path or "").startswith(placed.paths or ("-",)):
        return False
    return not extra.tags or not set(extra.tags).isdisjoint(_get_tags(page))


def _get_tags(page: Any) -> set[str]:
    """Return the tags of a page folded, whatever its field of tags is called."""
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
    widgets = NPSWidget.objects.filter(everywhere=True, live=True)
    languages = dict(widgets.values_list("pk", "locale__language_code"))
    rows = [
        (live, WidgetOptions.of(live.definition), languages[live.survey_id])
        for live in (selectors.list_live_surveys(Survey.NPS) if languages else ())
        if live.survey_id in languages
    ]
    wanted = {pk for _live, extra, _language in rows for pk in extra.sections}
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(pk__in=wanted)
    paths = dict(pages.values_list("pk", "path")) if wanted else {}
    return [
        _PlacedWidget(
            live, extra, language, tuple(paths[pk] for pk in extra.sections if pk in paths)
        )
        for live, extra, language in rows
    ]
