"""Scores against the figures that were published for them."""

from fractions import Fraction
from math import comb, sqrt

import pytest

from cx_feedback.surveys.results import scores_and_intervals


def rounded(score, places=4):
    return tuple(None if x is None else round(x, places) for x in (score.low, score.high))


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_wilson_as_newcombe_published(k, n, low, high):
    """Newcombe 1998, table I, method 3."""
    assert rounded(scores_and_intervals.compute_share(k, n), 2) == (low, high)


def test_mean_as_student_published():
    """Student's sleep data of 1908: difference 1.58, interval 0.7001142 to 2.4598858."""
    gains = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    score = scores_and_intervals.compute_mean({gain: gains.count(gain) for gain in gains})
    assert score.value == pytest.approx(1.58)
    assert rounded(score, 7) == (0.7001142, 2.4598858)


def coverage(n, p, d, adjusted):
    """The exact share of samples whose interval holds the true NPS, over the trinomial."""
    truth, held = 100 * (p - d), 0.0
    for promoters in range(n + 1):
        for detractors in range(n + 1 - promoters):
            passives = n - promoters - detractors
            if adjusted:
                score = scores_and_intervals.compute_nps(
                    promoters=promoters, passives=passives, detractors=detractors
                )
                low, high = score.low, score.high
            else:
                a, b = promoters / n, detractors / n
                margin = scores_and_intervals.Z_95 * sqrt((a + b - (a - b) ** 2) / n)
                low, high = 100 * (a - b - margin), 100 * (a - b + margin)
            if low <= truth <= high:
                ways = comb(n, promoters) * comb(n - promoters, detractors)
                held += ways * p**promoters * d**detractors * (1 - p - d) ** passives
    return 100 * held


@pytest.mark.parametrize(("adjusted", "published"), [(False, 64.8), (True, 92.6)])
def test_nps_covers_as_published(adjusted, published):
    """90 % promoters, 2 % detractors, n = 10 (measuringu.com/nps-confidence-intervals)."""
    assert coverage(10, 0.90, 0.02, adjusted) == pytest.approx(published, abs=1)


@pytest.mark.parametrize("p", [0.2, 0.5, 0.7])
def test_nps_covers_what_it_claims_from_30_answers(p):
    assert 93 <= coverage(30, p, 0.7 * (1 - p), adjusted=True) <= 97


def test_nps_by_hand():
    score = scores_and_intervals.compute_nps(promoters=20, passives=10, detractors=10)
    assert (score.value, score.n) == (25, 40)
    p, d = 20.75 / 43, 10.75 / 43
    margin = 1.96 * sqrt((p + d - (p - d) ** 2) / 43)
    assert score.low == pytest.approx(100 * (p - d - margin), abs=0.01)
    assert score.high == pytest.approx(100 * (p - d + margin), abs=0.01)


def test_scores_stay_on_their_scale():
    all_promoters = scores_and_intervals.compute_nps(promoters=8, passives=0, detractors=0)
    assert (all_promoters.value, all_promoters.high) == (100, 100)
    assert scores_and_intervals.compute_nps(promoters=0, passives=0, detractors=8).low == -100
    assert 4.9 < scores_and_intervals.compute_mean({5: 1, 4: 1}, low=1, high=5).high <= 5
    all_five = scores_and_intervals.compute_mean({5: 9}, low=1, high=5)
    assert (all_five.value, all_five.high) == (5, 5)
    assert 3 < all_five.low < 5  # nine alike do not prove that the tenth is
    assert rounded(scores_and_intervals.compute_mean({5: 1}, low=1, high=5)) == (None, None)


@pytest.mark.parametrize(
    ("n", "shown", "low_confidence"), [(4, False, True), (5, True, True), (30, True, False)]
)
def test_few_answers_are_hidden_or_marked(n, shown, low_confidence):
    score = scores_and_intervals.compute_share(1, n)
    assert (score.shown, score.low_confidence) == (shown, low_confidence)


def test_nothing_is_no_score():
    for score in (
        scores_and_intervals.compute_share(0, 0),
        scores_and_intervals.compute_mean({}),
        scores_and_intervals.compute_nps(promoters=0, passives=0, detractors=0),
    ):
        assert (score.value, score.n, score.shown) == (None, 0, False)


def test_mean_of_a_scale_of_two_points_is_nearly_a_share():
    """Of so many answers that one more and Student's quantile do not show: Wilson's interval."""
    mean, share = (
        scores_and_intervals.compute_mean({0: 70_000, 1: 30_000}, low=0, high=1),
        scores_and_intervals.compute_share(30_000, 100_000),
    )
    assert mean.value * 100 == pytest.approx(share.value)
    assert (mean.low * 100, mean.high * 100) == pytest.approx((share.low, share.high), abs=2e-3)


def test_mean_of_a_scale_of_many_answers_is_nearly_student_s():
    counts = {1: 1000, 2: 2000, 3: 4000, 4: 2000, 5: 1000}
    tilted, student = (
        scores_and_intervals.compute_mean(counts, low=1, high=5),
        scores_and_intervals.compute_mean(counts),
    )
    assert tilted.value == student.value == 3
    assert (tilted.low, tilted.high) == pytest.approx((student.low, student.high), abs=1e-4)


def test_csat_ces_and_emotions_by_hand():
    assert scores_and_intervals.compute_csat(
        {1: 1, 2: 0, 3: 2, 4: 3, 5: 4}
    ) == scores_and_intervals.compute_share(7, 10)
    effort = scores_and_intervals.compute_ces({7: 5, 6: 1, 5: 1, 4: 1, 3: 1, 1: 1})
    assert effort.mean.value == pytest.approx((35 + 6 + 5 + 4 + 3 + 1) / 10)
    assert (effort.balance.value, effort.balance.n) == (40, 10)
    value = scores_and_intervals.compute_emotional_value({-1: 2, 0.33: 0, 0.66: 3, 1: 5})
    assert value.value == pytest.approx(100 * (-2 + 3 * 0.66 + 5) / 10)
    assert -100 <= value.low < value.value < value.high <= 100
    assert scores_and_intervals.compute_emotional_value({-1: 3, 0.33: 0, 1: 0}).low == -100
    assert scores_and_intervals.compute_nev(positive=6, negative=2, neutral=2).value == 40
    assert (
        scores_and_intervals.compute_emotional_value({})
        == scores_and_intervals.compute_csat({})
        == scores_and_intervals.EMPTY_SCORE
    )
    assert scores_and_intervals.compute_ces({}).balance == scores_and_intervals.EMPTY_SCORE


def test_difference_of_shares_as_newcombe_published():
    """Newcombe 1998b, table II, method 10: 56/70 less 48/80 is 0.2, 0.0524 to 0.3339."""
    found = scores_and_intervals.compare_scores(
        scores_and_intervals.compute_share(48, 80), scores_and_intervals.compute_share(56, 70)
    )
    assert rounded(found, 2) == (5.24, 33.39)
    assert (found.value, found.verdict) == (pytest.approx(20), scores_and_intervals.Verdict.HIGHER)


@pytest.mark.parametrize(
    ("before", "after", "low", "high"),
    [((3, 10), (9, 10), 17.05, 80.90), ((0, 29), (5, 56), -3.81, 19.26)],
)
def test_differences_of_few_as_newcombe_published(before, after, low, high):
    """Newcombe 1998b, table II, method 10, contrasts (b) and (d)."""
    first, second = (scores_and_intervals.compute_share(*each) for each in (before, after))
    found = scores_and_intervals.compare_scores(first, second)
    assert rounded(found, 2) == (low, high)
    assert found.value == pytest.approx(second.value - first.value)


def test_a_mean_is_lower_by_less_than_a_point():
    before, after = ({4: 500, 5: 500}, {4: 900, 5: 100})
    found = scores_and_intervals.compare_scores(
        scores_and_intervals.compute_mean(before, low=1, high=5),
        scores_and_intervals.compute_mean(after, low=1, high=5),
    )
    assert -1 < found.low < found.value < found.high < 0
    assert found.verdict == scores_and_intervals.Verdict.LOWER


def test_difference_of_nps_by_hand():
    found = scores_and_intervals.compare_balances((60, 20, 100), (40, 40, 100))
    p, d, q, e = 60.75 / 103, 20.75 / 103, 40.75 / 103, 40.75 / 103
    margin = 1.96 * sqrt((p + d - (p - d) ** 2) / 103 + (q + e - (q - e) ** 2) / 103)
    centre = (q - e) - (p - d)
    assert found.value == -40
    ends = (100 * (centre - margin), 100 * (centre + margin))
    assert (found.low, found.high) == pytest.approx(ends, abs=0.01)
    assert found.verdict == scores_and_intervals.Verdict.LOWER


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ((40, 20, 100), (42, 20, 100), "unclear"),
        ((4, 0, 4), (0, 90, 100), "too_few"),
        ((0, 0, 0), (3, 2, 10), "too_few"),
        ((20, 60, 100), (60, 20, 100), "higher"),
    ],
)
def test_verdicts(before, after, verdict):
    found = scores_and_intervals.compare_balances(before, after)
    assert found.verdict == verdict
    assert found.low_confidence == (before[2] < 30 or after[2] < 30)
    shares = scores_and_intervals.compare_scores(
        scores_and_intervals.compute_share(before[0], before[2]),
        scores_and_intervals.compute_share(0, 0),
    )
    assert shares.verdict == "too_few"


def test_points_that_nobody_chose_count_as_none():
    for given in ({5: 3, 3: 1}, {4: 3, 1: 1}):
        assert scores_and_intervals.compute_csat(given) == scores_and_intervals.compute_share(3, 4)
    effort = scores_and_intervals.compute_ces({4: 10})
    assert effort.mean == scores_and_intervals.compute_mean({4: 10}, low=1, high=7)
    assert (effort.balance.value, effort.balance.n) == (0, 10)


def test_one_value_has_no_interval():
    assert scores_and_intervals.compute_mean({3: 1}) == scores_and_intervals.Score(3, None, None, 1)
    assert scores_and_intervals.compute_emotional_value({1: 7}) == scores_and_intervals.Score(
        100, None, None, 7
    )
    two = scores_and_intervals.compute_mean({1: 1, 2: 1})
    assert two.low < 1.5 < two.high


@pytest.mark.parametrize("values", [[3], [1, 2, 4], [1.5, 1.5, 2], [0, 7, 7, 9, 20]])
def test_the_mean_of_sums_is_that_of_the_values(values):
    numbers = [Fraction(value) for value in values]
    found = scores_and_intervals.compute_mean_of_sums(
        n=len(numbers), total=sum(numbers), squares=sum(number**2 for number in numbers)
    )
    expected = scores_and_intervals.compute_mean({x: values.count(x) for x in values})
    assert (found.value, found.n) == (pytest.approx(expected.value), expected.n)
    assert rounded(found) == rounded(expected)


@pytest.mark.parametrize(
    ("values", "median", "interval"),
    [
        ([4], 4, (None, None)),
        ([1, 3], 2, (None, None)),
        ([1, 2, 3, 4, 90], 3, (None, None)),
        ([10, 20, 30, 40, 50, 60], 35, (10, 60)),
        # Conover: the places 10 / 2 - 3.1 and 1 + 10 / 2 + 3.1, 2 and 9.
        (list(range(1, 11)), 5.5, (2, 9)),
        # 11 / 2 - 3.25 and 1 + 11 / 2 + 3.25, 2 and 10.
        (list(range(1, 12)), 6, (2, 10)),
        # 100 / 2 - 9.8 and 1 + 100 / 2 + 9.8, 40 and 61.
        (list(range(1, 101)), 50.5, (40, 61)),
        ([7] * 40, 7, (7, 7)),
    ],
)
def test_the_median_with_its_order_statistics(values, median, interval):
    found = scores_and_intervals.compute_median({x: values.count(x) for x in values})
    assert (found.value, found.n) == (median, len(values))
    assert (found.low, found.high) == interval


def test_shares_stay_on_their_scale():
    none, all_of_them = (
        [scores_and_intervals.compute_share(k * n, n) for n in range(1, 200)] for k in (0, 1)
    )
    assert min(share.low for share in none) == 0
    assert max(share.high for share in all_of_them) == 100


def test_differences_stay_on_their_scale():
    worst, best = (0, 9000, 9000), (9000, 0, 9000)
    assert scores_and_intervals.compare_balances(worst, (10, 0, 10)).high == 200
    assert scores_and_intervals.compare_balances(best, (0, 10, 10)).low == -200
