import random
from collections import Counter

import pytest
from scipy.stats import chi2_contingency

from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys.results.crosstab import (
    build_crosstab,
    get_countable_questions,
    measure_association,
)
from cx_feedback.surveys.selectors import get_survey_definition
from tests.surveys.conftest import BAD, GOOD


@pytest.mark.django_db
def test_pairs_are_counted(survey, answer, django_assert_num_queries):
    chance, expected = random.Random(1), Counter()
    for _ in range(60):
        choice, point = chance.choice([GOOD, BAD]), chance.choice([None, 1, 2, 5])
        answer(choice, more={"q-scale": point} if point else {})
        if point:
            expected[choice, str(point)] += 1
    with django_assert_num_queries(3):  # what it asks, its translations, the pairs
        table = build_crosstab(survey=survey, rows="q-choice", columns="q-scale")
    found = {
        (row, column): table.counts[i][j]
        for i, row in enumerate(table.rows.values)
        for j, column in enumerate(table.columns.values)
    }
    assert {pair: count for pair, count in found.items() if count} == dict(expected)
    assert table.rows.labels == ("Good", "Bad")
    assert table.columns.values == ("1", "2", "3", "4", "5")
    assert table.n == expected.total() == sum(table.row_totals) == sum(table.column_totals)
    assert (table.association.thin, table.association.cells) == (2, 6)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "columns", "field"), [("q-text", "q-scale", "rows"), ("q-scale", "no", "columns")]
)
def test_what_cannot_be_counted_is_named(survey, rows, columns, field):
    with pytest.raises(InvalidInput) as error:
        build_crosstab(survey=survey, rows=rows, columns=columns)
    assert list(error.value.fields) == [field]
    assert [q.key for q in get_countable_questions(get_survey_definition(survey))] == [
        "q-choice",
        "q-scale",
    ]


@pytest.mark.parametrize("seed", range(5))
def test_chi_square_is_that_of_scipy(seed):
    chance = random.Random(seed)
    counts = tuple(tuple(chance.randint(1, 40) for _ in range(4)) for _ in range(3))
    found, wanted = measure_association(counts), chi2_contingency(counts, correction=False)
    assert found.chi_square == pytest.approx(wanted.statistic)
    assert (found.degrees, found.p) == (wanted.dof, pytest.approx(wanted.pvalue))
    assert found.thin == (wanted.expected_freq < 5).sum()


def test_the_size_of_the_effect():
    nothing, whole = (
        measure_association(((10, 10), (10, 10))),
        measure_association(((10, 0), (0, 10))),
    )
    assert (nothing.chi_square, nothing.v, nothing.p, nothing.strength) == (0, 0, 1, "negligible")
    assert (whole.v, whole.strength, whole.significant) == (1, "large", True)
    # an empty row says nothing, and one row alone can hang together with nothing
    assert measure_association(((10, 0), (0, 0), (0, 10))) == whole
    assert measure_association(((10, 10),)) is None
    assert measure_association(((0, 0), (3, 4))) is None
    assert measure_association(()) is None
