"""The score by page, section, author and language, as far as no reader can be told from it.

Each table adds up to what another one shows: pages to their section, author and language, all of
them to the whole. So within each sum the groups of 1 to 4, and where these are together under 5
the smallest others, are withheld (``surveys.results.disclosure``).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import swapper
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext

from cx_feedback.core import conf
from cx_feedback.core.sections import sections_of
from cx_feedback.nps.models import SCORE
from cx_feedback.surveys import scores
from cx_feedback.surveys.questions import nps
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.results.counts import counts
from cx_feedback.surveys.results.disclosure import withheld
from cx_feedback.surveys.scores import SHOW_FROM

#: The tables, in the order in which they are shown.
PAGE, SECTION, AUTHOR, LANGUAGE = TABLES = ("page", "section", "author", "language")
Given = dict[Any, Counter[int]]


@dataclass(frozen=True)
class Group:
    """The score of the readers of one page, section, author or language."""

    #: Page id, author's name or language code.
    key: Any
    label: str
    score: scores.Score


@dataclass(frozen=True)
class Table:
    """Groups, the largest first; of those withheld only how many there are is told."""

    groups: tuple[Group, ...]
    withheld: int


def breakdown(*, family: list[int]) -> dict[str, Table]:
    """Return the tables of a widget and its translations, exact now."""
    by_page = _given(family, "page:", int)
    by_language = _given(family, "lang:", str)
    sections = sections_of(by_page)
    page_model = swapper.load_model("wagtailcore", "Page")
    pages = page_model.objects.in_bulk({*by_page, *sections.values()})
    authors = authors_of(page for pk, page in pages.items() if pk in by_page)
    names = {pk: page.title for pk, page in pages.items()}
    tongues = {pk: page.locale_id for pk, page in pages.items()}
    hidden = _hidden_pages(by_page, [sections, authors, tongues])
    return {
        PAGE: _table(by_page, names, hidden),
        SECTION: _table(_summed(by_page, sections), names),
        AUTHOR: _table(_summed(by_page, authors), {}),
        LANGUAGE: _table(by_language, _languages()),
    }


def _languages() -> dict[str, str]:
    return {code: capfirst(gettext(name)) for code, name in settings.LANGUAGES}


def _given(family: list[int], part: str, read: Callable[[str], Any]) -> Given:
    """Return how often each score was given, by what follows ``part``."""
    found: Given = {}
    for (name, _question, value), n in counts(survey_ids=family, part=part, only=[SCORE]).items():
        if value != ANSWERED:
            key = read(name.removeprefix(part))
            found.setdefault(key, Counter())[int(value)] += n
    return found


def _summed(by_page: Given, owner: Mapping[int, Any]) -> Given:
    summed: Given = {}
    for page, given in by_page.items():
        if page in owner:
            summed.setdefault(owner[page], Counter()).update(given)
    return summed


def _table(given: Given, names: Mapping[Any, Any], hidden: set[Any] | None = None) -> Table:
    if hidden is None:
        hidden = withheld({key: g.total() for key, g in given.items()})
    groups = [
        Group(key, str(names.get(key, key)), nps.score_of(g))
        for key, g in given.items()
        if key not in hidden
    ]
    groups.sort(key=lambda group: (-group.score.n, group.label))
    return Table(tuple(groups), len(hidden))


def _hidden_pages(by_page: Given, owners: list[Mapping[int, Any]]) -> set[int]:
    """Return the pages to withhold so that no sum of pages gives 1 to 4 readers away."""
    size = {page: given.total() for page, given in by_page.items()}
    lines: list[list[int]] = []
    for owner in owners:
        groups: dict[Any, list[int]] = {}
        for page in size:
            groups.setdefault(owner.get(page), []).append(page)
        lines += groups.values()
    lines.append(list(size))  # last: what a section withholds often does for the whole too
    hidden = {page for page, n in size.items() if n < SHOW_FROM}
    before = None
    while before != len(hidden):
        before = len(hidden)
        for line in lines:
            hidden.update(_next_to_hide(line, hidden, size))
    return hidden


def _next_to_hide(line: list[int], hidden: set[int], size: dict[int, int]) -> list[int]:
    """Return the smallest page shown if those withheld in ``line`` are together under 5."""
    together = sum(size[page] for page in line if page in hidden)
    shown = sorted((size[page], page) for page in line if page not in hidden)
    return [shown[0][1]] if 0 < together < SHOW_FROM and shown else []


def authors_of(pages: Iterable[Any]) -> dict[int, str]:
    """Return page id to the author's name, as ``CX_FEEDBACK["PAGE_AUTHOR"]`` says."""
    how, found = conf.get("PAGE_AUTHOR"), list(pages)
    if not found:
        return {}
    queryset = type(found[0])._default_manager.filter(pk__in=[page.pk for page in found])
    queryset = queryset.select_related("owner") if how == "owner" else queryset.specific()
    read = import_string(how) if "." in how else lambda page: getattr(page, how, None)
    named = {page.pk: _name(read(page)) for page in queryset}
    return {pk: name for pk, name in named.items() if name}


def _name(author: Any) -> str:
    if author is None:
        return ""
    full = getattr(author, "get_full_name", None)
    return str((full() if full else "") or author)
