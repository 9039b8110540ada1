"""Scores against the figures that were published for them."""

from math import comb, sqrt

import pytest

from cx_feedback.surveys import scores


def rounded(score, places=4):
    return tuple(None if x is None else round(x, places) for x in (score.low, score.high))


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_wilson_as_newcombe_published(k, n, low, high):
    """Newcombe 1998, table I, method 3."""
    assert rounded(scores.share(k, n), 2) == (low, high)


def test_mean_as_student_published():
    """Student's sleep data of 1908: difference 1.58, interval 0.7001142 to 2.4598858."""
    gains = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    score = scores.mean({gain: gains.count(gain) for gain in gains})
    assert score.value == pytest.approx(1.58)
    assert rounded(score, 7) == (0.7001142, 2.4598858)


def coverage(n, p, d, adjusted):
    """The exact share of samples whose interval holds the true NPS, over the trinomial."""
    truth, held = 100 * (p - d), 0.0
    for promoters in range(n + 1):
        for detractors in range(n + 1 - promoters):
            passives = n - promoters - detractors
            if adjusted:
                score = scores.nps(promoters=promoters, passives=passives, detractors=detractors)
                low, high = score.low, score.high
            else:
                a, b = promoters / n, detractors / n
                margin = scores.Z * sqrt((a + b - (a - b) ** 2) / n)
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
    score = scores.nps(promoters=20, passives=10, detractors=10)
    assert (score.value, score.n) == (25, 40)
    p, d = 20.75 / 43, 10.75 / 43
    margin = 1.96 * sqrt((p + d - (p - d) ** 2) / 43)
    assert score.low == pytest.approx(100 * (p - d - margin), abs=0.01)
    assert score.high == pytest.approx(100 * (p - d + margin), abs=0.01)


def test_scores_stay_on_their_scale():
    all_promoters = scores.nps(promoters=8, passives=0, detractors=0)
    assert (all_promoters.value, all_promoters.high) == (100, 100)
    assert scores.nps(promoters=0, passives=0, detractors=8).low == -100
    assert scores.mean({5: 1, 4: 1}, low=1, high=5).high == 5
    assert rounded(scores.mean({5: 9}, low=1, high=5)) == (5, 5)
    assert rounded(scores.mean({5: 1}, low=1, high=5)) == (None, None)


@pytest.mark.parametrize(
    ("n", "shown", "low_confidence"), [(4, False, True), (5, True, True), (30, True, False)]
)
def test_few_answers_are_hidden_or_marked(n, shown, low_confidence):
    score = scores.share(1, n)
    assert (score.shown, score.low_confidence) == (shown, low_confidence)


def test_nothing_is_no_score():
    for score in (
        scores.share(0, 0),
        scores.mean({}),
        scores.nps(promoters=0, passives=0, detractors=0),
    ):
        assert (score.value, score.n, score.shown) == (None, 0, False)
