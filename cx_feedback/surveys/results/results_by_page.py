"""Results by page, and results on one page."""

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import swapper

from cx_feedback.core.pages.sections import get_sections
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Response, Survey, Tally
from cx_feedback.surveys.questions.base import ANSWERED, Result
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.results.answer_disclosure import may_show_score
from cx_feedback.surveys.results.disclosure import CellKey, find_open_groups
from cx_feedback.surveys.results.filtered_results import FilteredResults, get_filtered_results
from cx_feedback.surveys.results.filters import Filters
from cx_feedback.surveys.results.tally_folding import LANGUAGE
from cx_feedback.surveys.results.thresholds import SHOW_FROM
from cx_feedback.surveys.results.value_counts import count_values


@dataclass(frozen=True)
class PageRow:
    """The number of responses on a page, and their score (None without answers)."""

    page_id: int
    n: int
    result: Result | None
    #: The days that are covered, where days were chosen.
    since: datetime.date | None = None
    until: datetime.date | None = None


@dataclass(frozen=True)
class PageReport:
    """The pages with the most responses first; pages with too few are added up."""

    rows: tuple[PageRow, ...]
    #: The number of pages that are added up, and the number of their responses. Responses without
    #: a page are included if they are too few to be shown.
    other_pages: int
    other_n: int
    question: Question | None
    #: The questions whose score can be chosen.
    scored: tuple[Question, ...]
    #: Whether all scores are withheld, because a rare answer could be calculated from them.
    score_withheld: bool = False
    #: Whether too few readers meet the filters to show any page.
    too_few: bool = False

    @property
    def score_label(self) -> str:
        """Return the name of the score, "" if no page shows one."""
        return next((row.result.score_label for row in self.rows if row.result), "")


def get_page_report(*, survey: Survey, wanted: str = "") -> PageReport:
    """Return the responses and the score of a question for each page.

    ``wanted`` is the key of the question, by default the first one with a score. A page has a row
    of its own if results filtered by the page may be shown (``disclosure``, with its section and
    language as guards), and a score if those results show it (rule 5).
    """
    definition = selectors.get_survey_definition(survey)
    scored, question = choose_scored(definition, wanted)
    only = ["", LANGUAGE, *([question.key] if question else [])]
    family = selectors.get_family_ids(survey)
    found = count_values(survey_ids=family, part="page:", only=only, whole=True)
    responses: Counter[int] = Counter()
    tongues: Counter[tuple[int, str]] = Counter()
    given: dict[int, Counter[str]] = {}
    of_all: Counter[str] = Counter()
    for (part, asked, value), n in found.items():
        if not part:
            if question is not None and asked == question.key:
                of_all[value] += n
            continue
        page = int(part.removeprefix("page:"))
        if asked == LANGUAGE:
            tongues[page, value] += n
        elif not asked:
            responses[page] += n
        else:
            given.setdefault(page, Counter())[value] += n
    everybody = found["", "", ANSWERED]
    sections = get_sections(responses)
    shown = _find_open_pages(tongues, everybody, sections)
    answered = {(page, ""): by_value[ANSWERED] for page, by_value in given.items()}
    with_score = shown & _find_open_pages(answered, of_all[ANSWERED], sections)
    closed = question is not None and not may_show_score(question, [of_all])
    rows = [
        PageRow(
            page, n, _get_page_result(question, given.get(page), closed or page not in with_score)
        )
        for page, n in responses.most_common()
        if page in shown
    ]
    rest = everybody - sum(row.n for row in rows)
    if None in shown:
        rest -= everybody - responses.total()
    return PageReport(tuple(rows), len(responses) - len(rows), rest, question, scored, closed)


def choose_scored(
    definition: Definition, wanted: str
) -> tuple[tuple[Question, ...], Question | None]:
    """Return the questions with a score and, of these, the one with a key or else the first."""
    scored = tuple(q for q in definition.ever_asked() if has_score(q))
    return scored, next((q for q in scored if q.key == wanted), scored[0] if scored else None)


def _find_open_pages(
    counted: Mapping[tuple[int, str], int], everybody: int, sections: Mapping[int, int]
) -> set[Any]:
    """Return the pages that may be shown; ``counted`` are readers by page and language."""
    table: dict[CellKey, int] = {
        (page, sections.get(page), language): n for (page, language), n in counted.items()
    }
    table[None, None, None] = everybody - sum(table.values())
    return find_open_groups(table, 0)


def has_score(question: Question) -> bool:
    """Return whether the results of a question have a score."""
    kind = questions.get(question.type)
    return kind.asks and kind.build_result(question, {}).score is not None


def _get_page_result(question: Question | None, given: Any, hidden: bool) -> Result | None:
    if question is None or given is None or hidden or given[ANSWERED] < SHOW_FROM:
        return None
    return questions.get(question.type).build_result(question, given)


def get_report_titles(report: PageReport) -> dict[int, str]:
    """Return the titles of the pages in a report by id; deleted pages have none."""
    return get_page_titles(row.page_id for row in report.rows)


def get_page_titles(ids: Any) -> dict[int, str]:
    """Return the titles of pages by id; one query."""
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(pk__in=set(ids))
    return dict(pages.values_list("pk", "title"))


def get_surveys_answered_on(page_id: int) -> list[Survey]:
    """Return the surveys that were answered on a page, one of each set of translations."""
    folded = Tally.objects.filter(part=f"page:{page_id}", question="", value="")
    rest = Response.objects.counted().filter(page_id=page_id, folded=False)
    ids = {*folded.values_list("survey_id", flat=True), *rest.values_list("survey_id", flat=True)}
    found: dict[Any, Survey] = {}
    for survey in Survey.objects.filter(pk__in=ids).order_by("pk"):
        found.setdefault(survey.translation_key, survey)
    return list(found.values())


def get_results_on_page(page_id: int) -> list[tuple[Survey, FilteredResults]]:
    """Return the results of a page's readers by survey, as far as they may be shown."""
    filters = Filters(page=page_id)
    return [
        (s, get_filtered_results(survey=s, filters=filters))
        for s in get_surveys_answered_on(page_id)
    ]
