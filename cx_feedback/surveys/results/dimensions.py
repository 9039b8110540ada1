"""Dimensions: the form in which disclosure control looks at filters.

A *dimension* puts every response into one class: its page, its section, its language, the value of
an answer. A filter selects one class of a dimension. A *guard* is a dimension that was not chosen
but has the same class for everybody in the group: a page lies in one section, and may be read in
only one language. It prevents that groups are revealed by subtracting one from the other.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import swapper

from cx_feedback.core.pages.sections import get_sections
from cx_feedback.core.people.page_authors import get_page_authors
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.questions.nps import get_nps_class
from cx_feedback.surveys.results.answer_expressions import get_counted_values
from cx_feedback.surveys.results.filters import Filters, get_nps_question

#: The class of responses with several answers, none of them the wanted one.
_OTHERS = "\0others"
#: Columns of responses; the column of an answer is ``ANSWER`` and the question's key.
DAY, PAGE, LANGUAGE, ANSWER = "day", "page_id", "language", "answer:"


@dataclass(frozen=True)
class Cell:
    """``n`` responses with the same values in all columns."""

    columns: Mapping[str, Any]
    n: int


@dataclass(frozen=True)
class Dimension:
    """``classify`` returns the class of a value of ``column``; ``wanted`` is the selected class."""

    column: str
    classify: Callable[[Any], Hashable]
    wanted: Hashable
    #: Whether there may be very many classes.
    wide: bool = False
    #: Distinguishes dimensions of the same column.
    name: str = ""

    def class_of(self, cell: Cell) -> Hashable:
        """Return the class that the responses of a cell are in."""
        return self.classify(cell.columns[self.column])

    def holds(self, cell: Cell) -> bool:
        """Return whether the responses of a cell are in the wanted class."""
        return self.class_of(cell) == self.wanted


def get_columns(filters: Filters, definition: Definition) -> list[str]:
    """Return the columns that are needed to apply filters to responses."""
    columns = [PAGE, LANGUAGE] if filters.page or filters.section else []
    columns += [LANGUAGE] if filters.language else []
    nps = get_nps_question(definition)
    columns += [ANSWER + nps.key] if nps is not None and filters.nps_class else []
    columns += [ANSWER + key for key, _value in filters.answers]
    columns += [DAY] if filters.by_date else []
    return list(dict.fromkeys(columns))


def build_dimensions(
    filters: Filters, definition: Definition, cells: list[Cell], by_author: bool = False
) -> tuple[list[Dimension], list[Dimension]]:
    """Return the dimensions of all filters except days, and the guards.

    With ``by_author`` the author of a page is a guard too, because results by author are shown
    elsewhere.
    """
    picked: list[Dimension] = []
    guards: list[Dimension] = []
    if filters.page:
        picked.append(Dimension(PAGE, lambda page: page, filters.page, True, "page"))
    sections = _get_sections(filters, cells)
    if filters.section:
        picked.append(Dimension(PAGE, sections.get, filters.section, True, "section"))
    elif filters.page in sections:
        guards.append(Dimension(PAGE, sections.get, sections[filters.page], True, "section"))
    if by_author and filters.page:
        authors = _get_authors(cells)
        guards.append(Dimension(PAGE, authors.get, authors.get(filters.page), True, "author"))
    if filters.language:
        picked.append(Dimension(LANGUAGE, _classify_language, filters.language))
    nps = get_nps_question(definition)
    if nps is not None and filters.nps_class:
        picked.append(_build_nps_dimension(nps, filters.nps_class))
    elif nps is not None:
        guards += [
            _build_nps_dimension(nps, get_nps_class(int(v)))
            for key, v in filters.answers
            if key == nps.key
        ]
    asked = {q.key: q for q in definition.ever_asked()}
    picked += [_build_answer_dimension(asked[key], value) for key, value in filters.answers]
    return picked, guards + _build_language_guards(filters, picked, cells)


@dataclass(frozen=True)
class PageClasses:
    """The classes that pages are in, for groups of all pages at once."""

    sections: Mapping[Any, int]
    #: None where results by author are shown nowhere.
    authors: Mapping[Any, str] | None

    @classmethod
    def of(cls, cells: list[Cell], by_author: bool = False) -> "PageClasses":
        """Return the classes of the pages in ``cells``."""
        pages = {cell.columns[PAGE] for cell in cells} - {None}
        return cls(get_sections(pages), _get_authors(cells) if by_author else None)

    def build_page(self, page: Any) -> Dimension:
        """Return the dimension of pages."""
        return Dimension(PAGE, lambda page: page, page, True, "page")

    def build_language(self, language: str) -> Dimension:
        """Return the dimension of languages."""
        return Dimension(LANGUAGE, _classify_language, _classify_language(language))

    def build_guards(self, page: Any, filters: Filters) -> list[Dimension]:
        """Return the guards of a page besides its language, as ``build_dimensions`` does."""
        found = []
        if not filters.section and page in self.sections:
            found.append(Dimension(PAGE, self.sections.get, self.sections[page], True, "section"))
        if self.authors is not None and page is not None:
            author = self.authors.get(page)
            found.append(Dimension(PAGE, self.authors.get, author, True, "author"))
        return found

    def build_all(self, filters: Filters) -> list[Dimension]:
        """Return every dimension that a page's group may have besides those of ``filters``."""
        found = [self.build_page(None)]
        if not filters.section:
            found.append(Dimension(PAGE, self.sections.get, None, True, "section"))
        if self.authors is not None:
            found.append(Dimension(PAGE, self.authors.get, None, True, "author"))
        return [*found, *([] if filters.language else [self.build_language("")])]


def _get_sections(filters: Filters, cells: list[Cell]) -> dict[Any, int]:
    if not filters.page and not filters.section:
        return {}
    pages = {cell.columns[PAGE] for cell in cells} - {None}
    return dict(get_sections(pages))


def _get_authors(cells: list[Cell]) -> dict[Any, str]:
    pages = {cell.columns[PAGE] for cell in cells} - {None}
    found = swapper.load_model("wagtailcore", "Page").objects.filter(pk__in=pages)
    return dict(get_page_authors(found))


def _build_language_guards(
    filters: Filters, picked: list[Dimension], cells: list[Cell]
) -> list[Dimension]:
    if filters.language or not (filters.page or filters.section):
        return []
    tongues = {c.columns[LANGUAGE] for c in cells if all(d.holds(c) for d in picked)}
    return (
        [Dimension(LANGUAGE, _classify_language, _classify_language(tongue)) for tongue in tongues]
        if len(tongues) == 1
        else []
    )


def _classify_language(language: str) -> str | None:
    return language or None


def _build_nps_dimension(nps: Question, wanted: str) -> Dimension:
    def classify(text: str | None) -> str | None:
        found = get_counted_values(nps, text)
        return get_nps_class(int(found[0])) if found else None

    return Dimension(ANSWER + nps.key, classify, wanted, name="class")


def _build_answer_dimension(question: Question, wanted: str) -> Dimension:
    def classify(text: str | None) -> Hashable:
        found = get_counted_values(question, text)
        if len(found) > 1:  # several choices: is the wanted one among them?
            return wanted if wanted in found else _OTHERS
        return found[0] if found else None

    return Dimension(ANSWER + question.key, classify, wanted)
