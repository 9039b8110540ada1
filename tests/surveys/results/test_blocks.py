"""Days in blocks: the rule by itself, without a database (``disclosure``, rule 4)."""

import datetime
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx_feedback.surveys.results.dimensions import DAY, LANGUAGE, PAGE, Cell, Dimension
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
