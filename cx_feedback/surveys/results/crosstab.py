"""Cross-tabs of two questions, and a test of whether the answers are related.

The test is Pearson's chi-square test of independence without Yates' correction, with Cramér's V
as the effect size (Cramér 1946, Mathematical Methods of Statistics, chapter 21): 0 if the answers
are unrelated, 1 if one answer determines the other. The test needs sufficient expected counts;
cells below 5 are reported (Cochran 1954, Biometrics 10, 417-451).
"""

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.results.answer_expressions import AnswerText, get_counted_values
from cx_feedback.surveys.results.thresholds import MIN_EXPECTED


@dataclass(frozen=True)
class Side:
    """The rows or the columns of a table: a question, and its values with their labels."""

    question: Question
    values: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Association:
    """The result of the test of whether two questions are related."""

    chi_square: float
    degrees: int
    #: The probability of such a large chi-square if they are unrelated, 0 to 1.
    p: float
    #: Cramér's V, 0 to 1.
    v: float
    #: The number of cells with an expected count below 5.
    thin: int
    cells: int
    n: int

    @property
    def significant(self) -> bool:
        """Return whether p is under 0.05."""
        return self.p < 0.05

    @property
    def strength(self) -> str:
        """Return "negligible", "small", "medium" or "large".

        The limits are those of Cohen's w, the square root of chi-square divided by n: 0.1, 0.3 and
        0.5 (Cohen 1988, Statistical Power Analysis, chapter 7).
        """
        w = math.sqrt(self.chi_square / self.n)
        return next(
            word
            for bound, word in ((0.5, "large"), (0.3, "medium"), (0.1, "small"), (0, "negligible"))
            if w >= bound
        )


@dataclass(frozen=True)
class CrossTab:
    """Counts of pairs: ``counts[i][j]`` responses have row value i and column value j."""

    rows: Side
    columns: Side
    counts: tuple[tuple[int, ...], ...]
    #: The number of responses that answer both questions.
    n: int
    #: Whether each answer is one value; there is no test if answers have several values.
    single: bool = True

    @property
    def row_totals(self) -> tuple[int, ...]:
        """Return the sums of the rows."""
        return tuple(sum(row) for row in self.counts)

    @property
    def column_totals(self) -> tuple[int, ...]:
        """Return the sums of the columns."""
        return tuple(sum(column) for column in zip(*self.counts, strict=True))

    @cached_property
    def association(self) -> Association | None:
        """Return the test of independence, None for fewer than two rows or columns with answers."""
        return measure_association(self.counts) if self.single else None


def measure_association(counts: tuple[tuple[int, ...], ...]) -> Association | None:
    """Return Pearson's chi-square and Cramér's V of a table without its empty rows and columns."""
    from scipy.special import chdtrc

    table = np.array(counts, dtype=float)
    if table.ndim < 2 or not table.size:
        return None
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    smaller = min(table.shape)
    if smaller < 2:
        return None
    n = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    chi_square = float(((table - expected) ** 2 / expected).sum())
    degrees = (table.shape[0] - 1) * (table.shape[1] - 1)
    return Association(
        chi_square,
        degrees,
        float(chdtrc(degrees, chi_square)),
        math.sqrt(min(1.0, chi_square / (n * (smaller - 1)))),
        int((expected < MIN_EXPECTED).sum()),
        table.size,
        int(n),
    )


def build_crosstab(
    *,
    survey: Survey,
    rows: str,
    columns: str,
    responses: QuerySet[Response] | None = None,
) -> CrossTab:
    """Return the exact number of responses for each pair of answers to two questions.

    ``rows`` and ``columns`` are question keys. The responses are those to the survey and its
    translations, unless ``responses`` is given. Use ``crosstab_disclosure`` for what users may see.
    Raises InvalidInput that names ``rows`` or ``columns`` for a key that cannot be counted. One
    query reads the answers.
    """
    definition = selectors.get_survey_definition(survey)
    row_question = _get_question(definition, "rows", rows)
    column_question = _get_question(definition, "columns", columns)
    if responses is None:
        responses = Response.objects.counted().filter(
            survey_id__in=selectors.get_family_ids(survey)
        )
    pairs = (
        responses.annotate(row_text=AnswerText(rows), column_text=AnswerText(columns))
        .filter(row_text__isnull=False, column_text__isnull=False)
        .order_by()
        .values_list("row_text", "column_text")
        .annotate(times=Count("pk"))
    )
    return _build_table(row_question, column_question, Counter({(r, c): n for r, c, n in pairs}))


def _build_table(rows: Question, columns: Question, pairs: Counter[tuple[str, str]]) -> CrossTab:
    row_values = {text: get_counted_values(rows, text) for text, _ in pairs}
    column_values = {text: get_counted_values(columns, text) for _, text in pairs}
    counted: Counter[tuple[str, str]] = Counter()
    for (row_text, column_text), times in pairs.items():
        for row in row_values[row_text]:
            for column in column_values[column_text]:
                counted[row, column] += times
    row_side = build_side(rows, {row for row, _ in counted})
    column_side = build_side(columns, {column for _, column in counted})
    return CrossTab(
        row_side,
        column_side,
        tuple(
            tuple(counted[row, column] for column in column_side.values) for row in row_side.values
        ),
        sum(
            times
            for (row, column), times in pairs.items()
            if row_values[row] and column_values[column]
        ),
        all(len(v) <= 1 for v in [*row_values.values(), *column_values.values()]),
    )


def build_side(question: Question, given: set[str]) -> Side:
    """Return the values of a question in the order of its result, then other given values."""
    shown = questions.get(question.type).build_result(question, dict.fromkeys(given, 1)).rows
    labels = {row.value: row.full_label for row in shown if row.value}
    labels |= {value: value for value in sorted(given, key=_get_sort_key) if value not in labels}
    return Side(question, tuple(labels), tuple(labels.values()))


def _get_sort_key(value: str) -> tuple[float, str]:
    try:
        return float(value), value
    except ValueError:
        return math.inf, value


def get_countable_questions(definition: Definition) -> list[Question]:
    """Return the questions whose answers are counted by value: no texts, rankings or matrices."""
    return [q for q in definition.ever_asked() if _is_countable(q)]


def _is_countable(question: Question) -> bool:
    kind = questions.get(question.type)
    if not kind.asks or not kind.is_tallied:
        return False
    result = kind.build_result(question, {})
    return not result.row_score_label and all(r.value and not r.cells for r in result.rows)


def _get_question(definition: Definition, field: str, key: str) -> Question:
    for question in get_countable_questions(definition):
        if question.key == key:
            return question
    raise InvalidInput(fields={field: [_("Choose a question whose answers can be counted.")]})
