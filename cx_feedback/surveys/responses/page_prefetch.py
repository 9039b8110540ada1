"""Prefetching of all surveys on the page that is being served.

Wagtail fetches the objects that blocks choose separately for each type of block, so a page with
surveys in columns, cards and lists would need a query for each. Here it needs one per model.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from cx_feedback.core.pages.api_pages import find_chosen_objects, get_api_pages
from cx_feedback.core.pages.served_page import ServedPage, get_served
from cx_feedback.core.text import languages
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
    if found is None:
        found = _fetch_api_pages(model, pks)
    return (
        selectors.fetch_chosen_surveys(model._default_manager.all(), pks)
        if found is None
        else found
    )


def _fetch_served_page(
    served: ServedPage, model: type[Model], pks: set[int]
) -> dict[int, Any] | None:
    """Return all surveys of ``model`` on the page by id, None if ``pks`` are not all on it."""
    key = ("surveys", model, languages.get_current_language())
    if key not in served.memo:
        wanted = {pk for of, pk in find_chosen_objects(served.page) if of is model}
        found = selectors.fetch_chosen_surveys(model._default_manager.all(), wanted)
        served.memo[key] = {pk: found.get(pk) for pk in wanted}
    fetched: dict[int, Any] = served.memo[key]
    return fetched if pks <= fetched.keys() else None


def _fetch_api_pages(model: type[Model], pks: set[int]) -> dict[int, Any] | None:
    """Return all surveys of ``model`` on the pages of an answer of Wagtail's API."""
    shown = get_api_pages()
    if shown is None:
        return None
    key = ("surveys", model, languages.get_current_language())
    if key not in shown.memo:
        wanted = shown.find_chosen_ids(model)
        chosen = selectors.fetch_chosen_surveys(model._default_manager.all(), wanted)
        shown.memo[key] = {pk: chosen.get(pk) for pk in wanted}
    fetched: dict[int, Any] = shown.memo[key]
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
