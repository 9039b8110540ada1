"""The score by page, section, author and language, as far as it reveals no single reader.

The tables add up to one another: pages to their section, author and language, and each table to
the total. A group is therefore shown only if nothing about few readers follows from it (see
``surveys.results.disclosure``). As with filters, no group is shown while a class of the total has
few readers or could be subtracted, since the scores would reveal the groups of these readers.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any

import swapper
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext

from cx_feedback.core.pages.sections import get_sections
from cx_feedback.core.people.page_authors import get_page_authors
from cx_feedback.nps.question_keys import SCORE
from cx_feedback.surveys.questions import nps
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.results import scores_and_intervals, tally_folding
from cx_feedback.surveys.results.answer_disclosure import may_show_nps
from cx_feedback.surveys.results.disclosure import CellKey, find_open_groups
from cx_feedback.surveys.results.value_counts import ValueCounts, count_values

#: The tables, in the order of display.
PAGE, SECTION, AUTHOR, LANGUAGE = TABLES = ("page", "section", "author", "language")
ScoreCounts = dict[Any, Counter[int]]


@dataclass(frozen=True)
class Group:
    """The score of the readers of one page, section, author or language."""

    #: Page id, author's name or language code.
    key: Any
    label: str
    score: scores_and_intervals.Score


@dataclass(frozen=True)
class Table:
    """The groups that can be shown, largest first, and the number of the withheld ones."""

    groups: tuple[Group, ...]
    withheld: int


def build_breakdown(*, family: list[int]) -> dict[str, Table]:
    """Return the tables of a widget and its translations, exact at this time."""
    found = count_values(
        survey_ids=family, part="page:", only=[SCORE, tally_folding.LANGUAGE], whole=True
    )
    by_page = _count_scores(found, "page:", int)
    by_language = _count_scores(
        count_values(survey_ids=family, part="lang:", only=[SCORE]), "lang:", str
    )
    sections = get_sections(by_page)
    page_model = swapper.load_model("wagtailcore", "Page")
    pages = page_model.objects.in_bulk({*by_page, *sections.values()})
    authors = get_page_authors(page for pk, page in pages.items() if pk in by_page)
    names = {pk: page.title for pk, page in pages.items()}
    shown: list[Set[Any]] = [frozenset()] * len(TABLES)
    total = {value: n for (part, asked, value), n in found.items() if not part and asked == SCORE}
    if may_show_nps([total]):
        readers = _count_readers(found, by_language, sections, authors)
        shown = [find_open_groups(readers, place) for place in range(len(TABLES))]
    return {
        PAGE: _build_table(by_page, names, shown[0]),
        SECTION: _build_table(_sum_by_owner(by_page, sections), names, shown[1]),
        AUTHOR: _build_table(_sum_by_owner(by_page, authors), {}, shown[2]),
        LANGUAGE: _build_table(by_language, _get_language_names(), shown[3]),
    }


def _count_readers(
    found: ValueCounts, by_language: ScoreCounts, sections: dict[int, int], authors: dict[int, str]
) -> Counter[CellKey]:
    """Return the number of readers by page, section, author and language."""
    readers: Counter[CellKey] = Counter()
    rest = Counter({language: given.total() for language, given in by_language.items()})
    rest[""] = found["", SCORE, ANSWERED] - rest.total()
    for (part, asked, language), n in found.items():
        if part and asked == tally_folding.LANGUAGE:
            page = int(part.removeprefix("page:"))
            readers[page, sections.get(page), authors.get(page), language] += n
            rest[language] -= n
    for language, n in rest.items():
        readers[None, None, None, language] += n
    return readers


def _get_language_names() -> dict[str, str]:
    return {code: capfirst(gettext(name)) for code, name in settings.LANGUAGES}


def _count_scores(found: ValueCounts, part: str, read: Callable[[str], Any]) -> ScoreCounts:
    """Return the number of answers by score, for each key that follows ``part``."""
    given: ScoreCounts = {}
    for (name, asked, value), n in found.items():
        if name and asked == SCORE and value != ANSWERED:
            given.setdefault(read(name.removeprefix(part)), Counter())[int(value)] += n
    return given


def _sum_by_owner(by_page: ScoreCounts, owner: Mapping[int, Any]) -> ScoreCounts:
    summed: ScoreCounts = {}
    for page, given in by_page.items():
        if page in owner:
            summed.setdefault(owner[page], Counter()).update(given)
    return summed


def _build_table(given: ScoreCounts, names: Mapping[Any, Any], shown: Set[Any]) -> Table:
    groups = [
        Group(key, str(names.get(key, key)), nps.score_of(g))
        for key, g in given.items()
        if key in shown
    ]
    groups.sort(key=lambda group: (-group.score.n, group.label))
    return Table(tuple(groups), len(given) - len(groups))
