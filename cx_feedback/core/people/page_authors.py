"""The authors of pages, according to ``CX_FEEDBACK["PAGE_AUTHOR"]``."""

from collections.abc import Iterable
from typing import Any

from django.utils.module_loading import import_string

from cx_feedback.core import conf
from cx_feedback.core.people.account_names import admin_name


def get_page_authors(pages: Iterable[Any]) -> dict[int, str]:
    """Return a map of page ids to the names of authors, see ``CX_FEEDBACK["PAGE_AUTHOR"]``."""
    how, found = conf.get("PAGE_AUTHOR"), list(pages)
    if not found:
        return {}
    queryset = type(found[0])._default_manager.filter(pk__in=[page.pk for page in found])
    queryset = queryset.select_related("owner") if how == "owner" else queryset.specific()
    read = import_string(how) if "." in how else lambda page: getattr(page, how, None)
    found_authors = {page.pk: read(page) for page in queryset}
    named = {pk: admin_name(one) for pk, one in found_authors.items() if one is not None}
    return {pk: name for pk, name in named.items() if name}
