"""Numbers: every figure is that of pandas, folded, made smaller or counted anew."""

import datetime
from collections import Counter
from fractions import Fraction

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from cx_feedback.core.privacy.lookups import Person
from cx_feedback.readers.models import Reader
from cx_feedback.surveys import personal, questions, services
from cx_feedback.surveys.models import Response, Survey, Tally
from cx_feedback.surveys.questions.base import InvalidAnswer
from cx_feedback.surveys.questions.number import LARGEST
from cx_feedback.surveys.questions.number_tally import compact_counts, get_tally_value, parse_tally
from cx_feedback.surveys.results import tally_compaction, tally_folding
from cx_feedback.surveys.results.charts import build_section
from cx_feedback.surveys.results.results_by_question import get_results
from cx_feedback.surveys.results.tally_folding import fold_responses, rebuild_tallies
from tests.surveys.questions.asking import question, raw

pandas = pytest.importorskip("pandas")
FREE = {"low": None, "high": None, "step": None, "unit": ""}

amounts = st.lists(
    st.integers(-(10**9), 10**9)
    | st.decimals(-1000, 1000, places=2).map(float)
    | st.floats(-1, 1).map(lambda v: round(v, 6)),
    min_size=2,
    max_size=60,
)


def counted(numbers):
    return Counter([get_tally_value(number) for number in numbers])


def with_answers(counts, n):
    return {**counts, "": n}


def result_of(counts, n):
    return questions.get("number").build_result(question("number", **FREE), with_answers(counts, n))


@given(amounts)
@settings(max_examples=200, deadline=None)
def test_the_figures_of_pandas(numbers):
    column = pandas.Series(numbers, dtype=float)
    result = result_of(counted(numbers), len(numbers))
    close = {"rel": 1e-9, "abs": 1e-9}
    assert result.score.value == pytest.approx(column.mean(), **close)
    if len(set(numbers)) > 1:
        from scipy.stats import t

        margin = t.ppf(0.975, len(numbers) - 1) * column.sem()
        assert result.score.high - result.score.value == pytest.approx(
            margin, rel=1e-5, abs=1e-6 * max(1.0, column.abs().max())
        )
    [median] = result.more
    assert median.score.value == pytest.approx(column.median(), **close)
    assert not median.is_about
    assert sum(row.count for row in result.rows) == len(numbers)
    assert len(result.rows) <= 12


@given(amounts, amounts)
@settings(max_examples=200, deadline=None)
def test_a_smaller_tally_keeps_sums_ends_and_nearly_the_median(first, second):
    numbers = [Fraction(repr(number)) for number in (*first, *second)]
    # Made smaller, added to, and made smaller again.
    smaller = Counter(compact_counts(compact_counts(counted(first))))
    smaller.update(counted(second))
    smaller = compact_counts(smaller)
    found = parse_tally(smaller)
    assert found.n == len(numbers)
    assert found.total == sum(numbers)
    assert found.squares == sum(number * number for number in numbers)
    assert min(found.single) == min(numbers) * 10**6
    assert max(found.single) == max(numbers) * 10**6
    assert all(0 < count < 2**63 for count in smaller.values())
    assert max(map(len, smaller)) <= 64
    result = result_of(smaller, len(numbers))
    assert sum(row.count for row in result.rows) == len(numbers)


def test_sums_of_the_largest_numbers_are_exact():
    counts = {get_tally_value(LARGEST - n): 10**6 for n in range(50)}
    counts |= {get_tally_value(-LARGEST + n): 10**6 for n in range(10)}
    found = parse_tally(compact_counts(counts))
    whole = parse_tally(counts)
    assert (found.total, found.squares, found.n) == (whole.total, whole.squares, whole.n)


def test_a_median_that_is_known_nearly_is_marked():
    numbers = [100 + n / 7 for n in range(1000)]
    exact, about = (
        build_section(result_of(counts, 1000))
        for counts in (counted(numbers), compact_counts(counted(numbers)))
    )
    assert exact.figures[0] == about.figures[0]
    assert "≈" not in exact.figures[1]
    assert "Median: ≈ 171.50" in about.figures[1]


@pytest.mark.parametrize("value", [5, 7.5, 10])
def test_the_smallest_and_the_largest_that_are_allowed_are(value):
    asked = question("number", low="5", high="10", step="0.5", unit="")
    assert questions.get("number").clean(asked, value) == value


@pytest.mark.parametrize("value", [4.5, 10.5])
def test_what_lies_beyond_is_refused(value):
    asked = question("number", low="5", high="10", step="0.5", unit="")
    with pytest.raises(InvalidAnswer):
        questions.get("number").clean(asked, value)


@pytest.fixture
def asked(db):
    return services.publish_survey(
        survey=Survey(title="Amounts", questions=[raw("number", **FREE), raw("text")])
    )


NUMBERS = [172.38, 1234.56, 0.01, -17.5, 12345, 99999.99, 172.38, 6, 13, 1.234567, 10**12]


def answered(survey, numbers=NUMBERS, **more):
    for n, number in enumerate(numbers):
        at = datetime.datetime(2026, 1, 1 + n % 3, tzinfo=datetime.UTC)
        services.submit_response(survey_id=survey.pk, answers={"q-number": number}, at=at, **more)


def figures(survey):
    result = get_results(survey=survey).questions[0]
    return result.score.value, result.more[0].score.value, result.more[0].is_about


@pytest.mark.django_db
def test_figures_are_exact_before_and_after_folding(asked):
    answered(asked)
    column = pandas.Series(NUMBERS, dtype=float)
    wanted = (pytest.approx(column.mean()), column.median(), False)
    assert figures(asked) == wanted
    fold_responses(batch=3, at_most=5)
    assert figures(asked) == wanted
    fold_responses()
    assert figures(asked) == wanted


@pytest.mark.django_db
def test_a_tally_of_too_many_numbers_is_made_smaller(asked, monkeypatch):
    kind = type(questions.get("number"))
    monkeypatch.setattr(kind, "max_tally_values", 20)
    monkeypatch.setattr(tally_folding, "SIZE_CHECK_EVERY", 1)
    answered(asked, [n / 8 for n in range(2000, 2020)])
    fold_responses()
    assert not Tally.objects.filter(value__startswith="≈").exists()
    answered(asked, NUMBERS)
    fold_responses(batch=4)
    column = pandas.Series([*(n / 8 for n in range(2000, 2020)), *NUMBERS], dtype=float)
    mean, median, is_about = figures(asked)
    assert mean == pytest.approx(column.mean(), rel=1e-12)
    assert is_about
    assert median == pytest.approx(column.median(), rel=0.01)
    whole = Tally.objects.filter(part="", question="q-number")
    assert whole.filter(value__startswith="~").exists()
    days = Tally.objects.filter(part__startswith="day:", value__startswith="≈")
    assert not days.exists()  # they have few numbers each
    answered(asked, [3])
    assert figures(asked)[0] == pytest.approx((column.sum() + 3) / (len(column) + 1), rel=1e-12)


@pytest.mark.django_db
def test_a_rebuild_after_an_erasure_gives_the_same_tallies(asked):
    reader = Reader.objects.create()
    answered(asked, NUMBERS[:5], reader=reader)
    answered(asked, NUMBERS[5:])
    fold_responses()

    def tallies():
        rows = Tally.objects.order_by("part", "question", "value")
        return list(rows.values_list("survey_id", "part", "question", "value", "count"))

    before = tallies()
    personal.erase_responses(Person(reader_ids=(reader.pk,)))
    rebuild_tallies(survey_id=asked.pk)
    assert tallies() == before
    Tally.objects.update(count=99)
    answered(asked, [1])
    call_command("cx_fold", rebuild=True, verbosity=0)
    assert not Response.objects.filter(folded=False).exists()
    call_command("cx_fold", rebuild=True, verbosity=0)
    column = pandas.Series([*NUMBERS, 1], dtype=float)
    assert figures(asked) == (pytest.approx(column.mean()), column.median(), False)


@pytest.mark.django_db
def test_nothing_is_looked_at_where_no_number_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert tally_compaction.compact_large_tallies({}) == 0
