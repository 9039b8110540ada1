"""What chance may do, against scipy."""

import math

import pytest
from scipy.stats import beta, binomtest, fisher_exact, norm

from cx_feedback.core.statistics import (
    adjusted_wald,
    balance_interval,
    difference_interval,
    get_lower_limit,
    get_upper_limit,
    p_value_of_difference,
    wilson_interval,
)

TABLES = [(3, 20, 9, 21), (0, 50, 4, 50), (1, 8, 6, 9), (12, 2000, 30, 2000), (5, 5000, 9, 100)]
TABLES += [(6, 100, 13, 100)]  # 9.5 are expected


@pytest.mark.parametrize(("first", "n", "second", "m"), TABLES)
def test_few_by_fishers_exact_test(first, n, second, m):
    exact = fisher_exact([[first, n - first], [second, m - second]]).pvalue
    found = p_value_of_difference(first, n, second, m)
    if min(n, m) * (first + second) / (n + m) < 10:
        assert found == pytest.approx(exact, rel=1e-6)
    else:
        assert found == pytest.approx(exact, rel=0.5)


def test_many_by_the_normal_curve():
    share, n = 0.055, 10_000
    spread = (share * (1 - share) * 2 / n) ** 0.5
    expected = 2 * norm.sf(0.01 / spread)
    assert p_value_of_difference(500, n, 600, n) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("table", [(0, 0, 1, 5), (0, 9, 0, 9), (9, 9, 9, 9), (4, 40, 4, 40)])
def test_what_says_nothing_is_chance(table):
    assert p_value_of_difference(*table) == pytest.approx(1)


@pytest.mark.parametrize(("k", "n"), [(0, 10), (3, 10), (10, 10), (120, 4000)])
def test_the_interval_is_wilsons(k, n):
    expected = binomtest(k, n).proportion_ci(method="wilson")
    assert wilson_interval(k, n) == pytest.approx((expected.low, expected.high), abs=1e-6)
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_the_interval_of_a_share_stays_on_its_scale():
    assert min(wilson_interval(0, n)[0] for n in range(1, 200)) == 0.0
    assert max(wilson_interval(n, n)[1] for n in range(1, 200)) == 1.0


@pytest.mark.parametrize(
    ("k", "n"),
    [(0, 1), (0, 1500), (1, 3), (2, 3), (7.5, 20.25), (3, 2000), (19, 20), (1990, 2000)],
)
def test_the_limits_are_those_of_clopper_and_pearson(k, n):
    assert get_upper_limit(k, n) == pytest.approx(beta.ppf(0.95, k + 1, n - k), rel=1e-9)
    lower = beta.ppf(0.05, k, n - k + 1) if k else 0
    assert get_lower_limit(k, n) == pytest.approx(lower, abs=1e-12, rel=1e-9)


def test_limits_without_a_count():
    assert (get_lower_limit(0, 0), get_upper_limit(0, 0)) == (0.0, 1.0)
    assert (get_upper_limit(5, 5), get_lower_limit(5, 5)) == (1.0, pytest.approx(0.05**0.2))
    # Sums of weights may differ a little from each other.
    assert get_upper_limit(4.5, 4) == 1.0
    assert get_upper_limit(math.nextafter(4, 0), 4) == 1.0


def test_a_probability_is_at_most_one():
    tables = [(k, n, n - k, n) for n in range(1, 15) for k in range(n + 1)]
    assert max(p_value_of_difference(*table) for table in tables) == 1.0


def test_the_interval_of_a_balance_stays_on_its_scale():
    centre, margin = adjusted_wald(60, 20, 100)
    assert balance_interval(60, 20, 100) == (centre - margin, centre + margin)
    assert balance_interval(9, 0, 9)[1] == 1.0
    assert balance_interval(0, 9, 9)[0] == -1.0


def test_the_interval_of_a_difference_is_newcombes():
    # Newcombe 1998, table II, example (a): 56 of 70 less 48 of 80.
    assert difference_interval(48, 80, 56, 70) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference_interval(10, 10, 0, 10)[0] == pytest.approx(-1, abs=1e-9)
    assert difference_interval(0, 0, 5, 10) == (-1, 1)
