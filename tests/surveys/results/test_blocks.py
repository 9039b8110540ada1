"""Days in blocks: the rule by itself, without a database (``disclosure``, rule 4)."""

import datetime
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx_feedback.surveys.results.dimensions import ANSWER, DAY, LANGUAGE, PAGE, Cell, Dimension
from cx_feedback.surveys.results.disclosure import build_day_blocks, merge_small_cells
from cx_feedback.surveys.results.thresholds import CONFIDENT_FROM

NEW_YEAR = datetime.date(2026, 1, 1)
ON_PAGE = Dimension(PAGE, lambda page: page, 1)
IN_ENGLISH = Dimension(LANGUAGE, lambda language: language, "en")


def everybody(numbers, first=NEW_YEAR):
    """So many responses on each day from the first, one of three on page 2."""
    return [
        Cell({DAY: first + datetime.timedelta(days=day), PAGE: page, LANGUAGE: "en"}, n)
        for day, number in enumerate(numbers)
        for page, n in ((1, number - number // 3), (2, number // 3))
        if n
    ]


def ends(found):
    return {block.last for block in found}


def test_a_new_year_of_a_few_does_not_put_the_old_one_together():
    found = build_day_blocks([], everybody([9] * 20 + [3], first=datetime.date(2025, 12, 13)))
    assert len(found) == 20
    assert (found[-1].first, found[-1].last) == (
        datetime.date(2026, 1, 1),
        datetime.date(2026, 1, 2),
    )


@pytest.mark.parametrize("first", [datetime.date(2026, 6, 29), datetime.date(2025, 12, 31)])
def test_a_thin_beginning_goes_with_its_neighbour_alone(first):
    found = build_day_blocks([], everybody([1, 1, 4, *[9] * 40], first=first))
    assert found[0].first == first
    assert len(found) == 41
    found = build_day_blocks([ON_PAGE], everybody([1, 1, 4, *[60] * 40], first=first))
    assert len(found) > 30


def test_the_greatest_boundary_comes_first():
    # Too few for more than one cut: it is made where the month begins.
    found = build_day_blocks([], everybody([1] * 14, first=datetime.date(2026, 3, 26)))
    assert [block.first for block in found] == [
        datetime.date(2026, 3, 26),
        datetime.date(2026, 4, 1),
    ]


@pytest.mark.parametrize(
    ("first", "second", "third", "cut"),
    [
        ("2026-01-01", "2026-07-01", "2027-01-01", "2027-01-01"),  # years before halves
        ("2026-03-31", "2026-04-01", "2026-07-01", "2026-07-01"),  # halves before quarters
        ("2026-04-01", "2026-05-01", "2026-08-15", "2026-08-15"),
        ("2026-02-28", "2026-03-01", "2026-04-01", "2026-04-01"),  # quarters before months
        ("2026-08-01", "2026-09-01", "2026-10-01", "2026-10-01"),
        ("2026-08-15", "2026-08-16", "2026-09-01", "2026-09-01"),  # months before their parts
        ("2026-08-15", "2026-08-16", "2026-08-24", "2026-08-16"),
        ("2026-08-07", "2026-08-08", "2026-08-16", "2026-08-16"),
        ("2026-08-03", "2026-08-04", "2026-08-08", "2026-08-08"),
        ("2026-08-04", "2026-08-05", "2026-08-06", "2026-08-06"),
        ("2026-08-01", "2026-08-02", "2026-08-04", "2026-08-04"),
        ("2026-08-01", "2026-08-02", "2026-08-03", "2026-08-02"),
    ],
)
def test_each_boundary_comes_before_the_lower_ones(first, second, third, cut):
    """Both sides of both boundaries have enough readers, but for one cut alone."""
    days = [datetime.date.fromisoformat(day) for day in (first, second, third)]
    rows = [Cell({DAY: day}, n) for day, n in zip(days, (5, 2, 5), strict=True)]
    before, after = build_day_blocks([], rows)
    assert (before.first, after.first, after.last) == (days[0], _as_date(cut), days[2])


def _as_date(text):
    return datetime.date.fromisoformat(text)


def test_of_equal_boundaries_the_one_in_the_middle_comes_first():
    days = [datetime.date(2026, month, 10) for month in (1, 2, 3)]
    rows = [Cell({DAY: day}, n) for day, n in zip(days, (5, 3, 8), strict=True)]
    assert [block.first for block in build_day_blocks([], rows)] == [days[0], days[2]]


def test_a_thin_end_goes_with_the_block_before_it():
    """Of page 2 there are 3 readers on each of 11 days, so it is shown by two days."""
    found = build_day_blocks([ON_PAGE], everybody([9] * 11))
    days = [(block.first.day, block.last.day) for block in found]
    assert days == [(1, 2), (3, 4), (5, 6), (7, 8), (9, 11)]


def test_a_page_of_just_enough_readers_is_shown_by_day():
    assert len(build_day_blocks([ON_PAGE], everybody([15] * 7))) == 7


def test_days_on_which_nobody_was_on_a_page_stay_by_themselves():
    days = [NEW_YEAR + datetime.timedelta(days=day) for day in range(5)]
    rows = [Cell({DAY: day, PAGE: 1}, 9) for day in days]
    rows.append(Cell({DAY: days[0], PAGE: 2}, 40))
    assert len(build_day_blocks([ON_PAGE], rows)) == 5


def test_readers_without_an_answer_join_no_days():
    rows = [
        Cell({DAY: NEW_YEAR + datetime.timedelta(days=day), ANSWER: answer}, n)
        for day in range(40)
        for answer, n in (("9", 6), (None, 1))
    ]
    assert len(build_day_blocks([], rows, ANSWER)) == 40


cells = st.lists(
    st.tuples(st.integers(0, 500), st.sampled_from([1, 2, 3]), st.sampled_from(["en", "es"])),
    min_size=1,
    max_size=300,
).map(
    lambda rows: [
        Cell({DAY: NEW_YEAR + datetime.timedelta(days=d), PAGE: p, LANGUAGE: lang}, 1)
        for d, p, lang in rows
    ]
)


@settings(max_examples=60)
@given(cells)
def test_blocks_of_fewer_filters_never_cut_those_of_more(rows):
    whole, of_page, of_both = (
        build_day_blocks(dimensions, rows) for dimensions in ([], [ON_PAGE], [ON_PAGE, IN_ENGLISH])
    )
    assert ends(of_both) <= ends(of_page) <= ends(whole)
    for found in (whole, of_page, of_both):
        assert all(a.last < b.first for a, b in pairwise(found))
        inside = [sum(b.first <= r.columns[DAY] <= b.last for b in found) for r in rows]
        assert set(inside) == {1}  # each day is in one block
    # Cells of the table of both filters that can be looked at by days.
    kept = [k for k, to in merge_small_cells(by_kind(rows), CONFIDENT_FROM).items() if k == to]
    for block in of_both if len(of_both) > 1 else ():
        held = by_kind([r for r in rows if block.first <= r.columns[DAY] <= block.last])
        assert all(held[kind] not in range(1, 5) for kind in kept)


def by_kind(rows):
    return Counter((r.columns[LANGUAGE], r.columns[PAGE]) for r in rows)


def test_no_answers_no_blocks():
    assert build_day_blocks([], []) == []
