"""The section that a page belongs to: its ancestor right below the root page of its site."""

from collections.abc import Iterable
from typing import Any

import swapper
from django.db.models import QuerySet
from django.db.models.functions import Length, Substr
from wagtail.models import Site

#: Characters of a step in the path of a page.
STEP = 4


def _get_pages() -> QuerySet[Any]:
    found: QuerySet[Any] = swapper.load_model("wagtailcore", "Page").objects.all()
    return found


def _get_roots() -> QuerySet[Any]:
    """Return the root pages of sites and their translations."""
    keys = Site.objects.values("root_page__translation_key")
    return _get_pages().filter(translation_key__in=keys)


def _root_paths() -> list[str]:
    """Return the paths of the root pages of sites and their translations, the deepest first."""
    return sorted(_get_roots().values_list("path", flat=True), key=len, reverse=True)


def _section_path(path: str, roots: list[str]) -> str:
    """Return the path of the section of ``path``; "" for a root page or outside of sites."""
    root = next((r for r in roots if path.startswith(r)), path)
    return path[: len(root) + STEP] if len(path) > len(root) else ""


def get_sections(page_ids: Iterable[int]) -> dict[int, int]:
    """Return a map of page ids to section ids, with three queries.

    Root pages and unknown pages have none. A page directly below the root page is a section of its
    own. Translations of a section are separate sections, because each language has a root page.
    """
    paths = dict(_get_pages().filter(pk__in=set(page_ids)).values_list("pk", "path"))
    roots = _root_paths()
    wanted = {pk: _section_path(path, roots) for pk, path in paths.items()}
    ids = dict(_get_pages().filter(path__in=set(wanted.values()) - {""}).values_list("path", "pk"))
    return {pk: ids[path] for pk, path in wanted.items() if path in ids}


def get_pages_in_section(section_id: int) -> QuerySet[Any]:
    """Return the pages of a section including itself; none for an unknown section."""
    section = _get_pages().filter(pk=section_id).values_list("path", flat=True).first()
    return _get_pages().filter(path__startswith=section) if section else _get_pages().none()


def get_all_sections() -> QuerySet[Any]:
    """Return the live sections that have pages, in tree order."""
    parent = Substr("path", 1, Length("path") - STEP)
    found = _get_pages().filter(numchild__gt=0, live=True).alias(parent=parent)
    below: QuerySet[Any] = found.filter(parent__in=_get_roots().values("path"))
    return below.order_by("path")
