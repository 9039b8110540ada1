"""The results of those whom filters pick, as far as they may be shown (``disclosure``)."""

import datetime
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Q, QuerySet

from cx_feedback.surveys import folding, questions, selectors
from cx_feedback.surveys.definitions import Definition, Question
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.base import ANSWERED, Result
from cx_feedback.surveys.questions.nps import nps_class
from cx_feedback.surveys.results import scan
from cx_feedback.surveys.results.counts import Counts, counts
from cx_feedback.surveys.results.dimensions import (
    DAY,
    LANGUAGE,
    PAGE,
    Cell,
    Dimension,
    columns_of,
    dimensions_of,
)
from cx_feedback.surveys.results.disclosure import (
    Block,
    blocks,
    is_open,
    withheld,
    withheld_answers,
)
from cx_feedback.surveys.results.filters import Filters
from cx_feedback.surveys.results.scan import Given
from cx_feedback.surveys.scores import SHOW_FROM


@dataclass(frozen=True)
class View:
    """What may be shown of the readers whom filters pick.

    ``n`` is None, and there are no questions, when it would tell readers from the others.
    ``since`` and ``until`` are the first and last day that it really covers.
    """

    filters: Filters
    n: int | None
    #: Of everybody.
    total: int
    questions: tuple[Result, ...] = ()
    #: Keys of the questions of which some answers, or all, are withheld.
    withheld: frozenset[str] = frozenset()
    since: datetime.date | None = None
    until: datetime.date | None = None
    #: Whether the days had to be moved so that no reader can be told from the others.
    moved: bool = False


@dataclass(frozen=True)
class Picked:
    """How filters divide the responses, before it is known what may be shown."""

    survey_ids: list[int]
    definition: Definition
    filters: Filters
    cells: list[Cell]

    @cached_property
    def dimensions(self) -> tuple[list[Dimension], list[Dimension]]:
        """Return the filters' dimensions without the days, and the guards."""
        return dimensions_of(self.filters, self.definition, self.cells)

    @cached_property
    def blocks(self) -> list[Block]:
        """Return the days in blocks; needs cells by day."""
        picked, guards = self.dimensions
        return blocks([*picked, *guards], self.cells)

    @cached_property
    def window(self) -> tuple[datetime.date, datetime.date] | None:
        """Return the first and last day of the blocks that end in the chosen days."""
        since = self.filters.since or datetime.date.min
        until = self.filters.until or datetime.date.max
        chosen = [block for block in self.blocks if since <= block.last <= until]
        return (chosen[0].first, chosen[-1].last) if chosen else None

    @cached_property
    def days(self) -> list[Dimension]:
        """Return the dimension of the chosen days, if days are chosen."""
        if not self.filters.by_date:
            return []
        if self.window is None:
            return [Dimension(DAY, lambda day: False, True)]
        first, last = self.window
        return [Dimension(DAY, lambda day: first <= day <= last, True)]

    @cached_property
    def n(self) -> int:
        """Return how many responses these are."""
        every = [*self.dimensions[0], *self.days]
        return sum(cell.n for cell in self.cells if all(d.holds(cell) for d in every))

    @property
    def open(self) -> bool:
        """Return whether they may be shown (rules 1 to 4)."""
        picked, guards = self.dimensions
        return is_open([*picked, *guards, *self.days], self.cells)

    def responses(self) -> tuple[QuerySet[Response], list[Q]]:
        """Return the survey's responses and the conditions that pick these."""
        everybody = Response.objects.filter(survey_id__in=self.survey_ids)
        responses, conditions = scan.picked_by(everybody, self.dimensions[0], self.cells)
        if self.days:
            conditions.append(scan.between(*self.window) if self.window else Q(pk__in=[]))
        return responses, conditions


def pick(survey: Survey, filters: Filters, *, by_day: bool = False) -> Picked:
    """Count responses by what the filters look at; ``by_day`` for their course over time too."""
    family, definition = selectors.family_of(survey), selectors.questions_of(survey)
    columns = columns_of(filters, definition)
    if by_day and DAY not in columns:
        columns.append(DAY)
    everybody = Response.objects.filter(survey_id__in=family)
    cells = _tallied_cells(family, columns)
    if cells is None:
        cells = scan.cells_of(everybody, columns)
    return Picked(family, definition, filters, cells)


def _tallied_cells(family: list[int], columns: list[str]) -> list[Cell] | None:
    """Return the cells that tallies know without a look at any response, None for others."""
    if columns == [DAY]:
        found = counts(survey_ids=family, part="day:", only=[""])
        return [Cell({DAY: _day(part)}, n) for (part, _question, _value), n in found.items()]
    if columns == [LANGUAGE]:
        found = counts(survey_ids=family, part="lang:", only=[""])
        cells = [Cell({LANGUAGE: part[5:]}, n) for (part, _q, _v), n in found.items()]
        return [*cells, _rest({LANGUAGE: ""}, family, cells)]
    if columns == [PAGE, LANGUAGE]:
        found = counts(survey_ids=family, part="page:", only=[folding.LANGUAGE])
        cells = [
            Cell({PAGE: int(part[5:]), LANGUAGE: language}, n)
            for (part, _question, language), n in found.items()
        ]
        return [*cells, _rest({PAGE: None, LANGUAGE: ""}, family, cells)]
    return None


def _day(part: str) -> datetime.date:
    return datetime.date.fromisoformat(part.removeprefix("day:"))


def _rest(columns: dict[str, object], family: list[int], cells: list[Cell]) -> Cell:
    """Return the cell of the responses that came without a page, or without a language."""
    whole = counts(survey_ids=family, only=[""])["", "", ANSWERED]
    return Cell(columns, whole - sum(cell.n for cell in cells))


def view_of(*, survey: Survey, filters: Filters) -> View:
    """Return the results of those whom ``filters`` pick, as far as they may be shown.

    One filter on days, a page, a section or a language is answered from tallies; others are
    counted by the database from the rows.
    """
    picked = pick(survey, filters)
    total = sum(cell.n for cell in picked.cells)
    window = picked.window if filters.by_date else None
    since, until = window or (None, None)
    shown = View(filters, None, total, since=since, until=until, moved=_moved(picked))
    if filters.by_date and window is None:
        return shown  # nobody, or a few who are shown with their neighbours
    if not picked.n:
        return replace(shown, n=0)
    if not picked.open:
        return shown
    passing, without = _given(picked)
    if _same_for_all(passing, without, picked.n):
        return shown
    asked = picked.definition.ever_asked()
    results = [
        _result(q, passing, without, retired=q in picked.definition.retired)
        for q in asked
        if questions.get(q.type).asks
    ]
    kept = [found for found in results if not found[0].retired or found[0].n]
    return replace(
        shown,
        n=picked.n,
        questions=tuple(result for result, _hidden in kept),
        withheld=frozenset(result.question.key for result, hidden in kept if hidden),
    )


def _moved(picked: Picked) -> bool:
    """Return whether other days are covered than those that were asked for."""
    filters = picked.filters
    if not filters.by_date or picked.window is None:
        return False
    first, last = picked.window
    late = filters.since is not None and first < filters.since
    cut = [b for b in picked.blocks if b.first <= (filters.until or b.last) < b.last]
    return late or any(block.last > last for block in cut)


def _given(picked: Picked) -> tuple[Given, list[Given]]:
    """Return what they answered, and what those answered who meet all filters but one."""
    tallied = _tallied(picked)
    if tallied is not None:
        return tallied
    responses, conditions = picked.responses()
    return scan.given_by(responses, conditions, picked.definition)


def _tallied(picked: Picked) -> tuple[Given, list[Given]] | None:
    filters, family = picked.filters, picked.survey_ids
    if filters.number != 1 or filters.by_answer:
        return None
    if filters.by_date and picked.window:
        first, last = (f"day:{day.isoformat()}" for day in picked.window)
        parts = counts(survey_ids=family, part="day:")
        found = Counter({key: n for key, n in parts.items() if first <= key[0] <= last})
    elif filters.page:
        found = counts(survey_ids=family, part=f"page:{filters.page}")
    elif filters.section:
        inside = {
            f"page:{c.columns[PAGE]}" for c in picked.cells if picked.dimensions[0][0].holds(c)
        }
        every = counts(survey_ids=family, part="page:")
        found = Counter({key: n for key, n in every.items() if key[0] in inside})
    else:
        found = counts(survey_ids=family, part=f"lang:{filters.language}")
    return _without_part(found), [_without_part(counts(survey_ids=family))]


def _without_part(found: Counts) -> Given:
    given: Given = Counter()
    for (_part, question, value), n in found.items():
        if question and not question.startswith("~"):
            given[question, value] += n
    return given


def _same_for_all(passing: Given, without: list[Given], n: int) -> bool:
    """Return whether an answer that all gave would tell about 1 to 4 others who gave it."""
    common = [key for key, given in passing.items() if given == n and key[1] != ANSWERED]
    return any(0 < wider[key] - n < SHOW_FROM for key in common for wider in without)


def _result(
    question: Question, passing: Given, without: list[Given], *, retired: bool
) -> tuple[Result, bool]:
    """Return the result of one question without the answers that are too rare to be shown."""
    kind, key = questions.get(question.type), question.key
    given = {value: n for (asked, value), n in passing.items() if asked == key}
    result = replace(kind.result(question, given), retired=retired)
    hidden = set()
    for wider in without:
        values = {value: n for (asked, value), n in wider.items() if asked == key and value}
        hidden |= withheld_answers(values, wider[key, ANSWERED])
    if not hidden:
        return result, False
    plain = all(row.value and not row.cells for row in result.rows) and not result.row_score_label
    rows = tuple(row for row in result.rows if row.value not in hidden) if plain else ()
    if question.type == "nps" and _classes_are_open(key, without):
        return replace(result, rows=rows, more=()), True
    return replace(result, rows=rows, score=None, more=()), True


def _classes_are_open(key: str, without: list[Given]) -> bool:
    for wider in without:
        classes: Counter[str] = Counter()
        for (asked, value), n in wider.items():
            if asked == key and value != ANSWERED:
                classes[nps_class(int(value))] += n
        if withheld(classes):
            return False
    return True
