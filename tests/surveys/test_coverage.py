"""The 95% intervals hold the truth in 93 to 97 of 100 simulated samples, from 30 answers on.

Each case draws thousands of samples of known truth and asks the scores themselves; samples that
come out alike are asked once.
"""

import numpy as np
import pytest

from cx_feedback.surveys.results import scores_and_intervals
from cx_feedback.surveys.results.mean_intervals import compute_mean_bounds

SIZES = (30, 50, 100, 300)
#: Promoters, passives, detractors: a legend's, a good one's, average ones, a bad one's.
NPS = ((0.9, 0.08, 0.02), (0.7, 0.2, 0.1), (0.45, 0.3, 0.25), (0.3, 0.3, 0.4), (0.15, 0.25, 0.6))
#: Points of a scale or weights of emotions, with how often readers choose them.
SCALES = {
    "stars, mostly five": ((1, 2, 3, 4, 5), (0.05, 0.03, 0.07, 0.2, 0.65)),
    "stars, nearly all five": ((1, 2, 3, 4, 5), (0.02, 0.01, 0.02, 0.1, 0.85)),
    "agreement, polarised": ((1, 2, 3, 4, 5), (0.25, 0.05, 0.05, 0.1, 0.55)),
    "effort": ((1, 2, 3, 4, 5, 6, 7), (0.01, 0.01, 0.02, 0.03, 0.08, 0.25, 0.6)),
    "emotions, loved": ((-1, 0.33, 0.66, 1), (0.05, 0.1, 0.25, 0.6)),
    "emotions, mixed": ((-1, 0.33, 0.66, 1), (0.35, 0.3, 0.2, 0.15)),
}


def samples(size, chances, number):
    """Draw ``number`` samples; return the different ones and how often each came."""
    rng = np.random.default_rng([size, *(int(1000 * p) for p in chances)])
    return np.unique(rng.multinomial(size, chances, size=number), axis=0, return_counts=True)


def held(intervals, truth, times):
    """Return in what percentage of samples the interval holds the truth."""
    low, high = np.transpose(intervals)
    return 100 * times[(low <= truth) & (truth <= high)].sum() / times.sum()


@pytest.mark.parametrize("size", SIZES)
def test_nps(size):
    for chances in NPS:
        found, times = samples(size, chances, 20_000)
        given = [
            scores_and_intervals.compute_nps(promoters=p, passives=n, detractors=d)
            for p, n, d in found.tolist()
        ]
        truth = 100 * (chances[0] - chances[2])
        coverage = held([(s.low, s.high) for s in given], truth, times)
        assert 93 <= coverage <= 97, (chances, coverage)


#: What counts for a score, against it and neither: points of a scale, or weights of emotions.
BALANCES = {
    "CSAT": ((4, 5), (), (1, 2, 3), scores_and_intervals.compute_csat),
    "CES": (
        (6, 7),
        (1, 2, 3),
        (4, 5),
        lambda given: scores_and_intervals.compute_ces(given).balance,
    ),
    "NEV": (
        (0.66, 1),
        (-1,),
        (0.33,),
        lambda given: scores_and_intervals.compute_nev(
            positive=given[1], neutral=given[0.33], negative=given[-1]
        ),
    ),
}
MEANS = {
    "CES": ("effort", lambda given: scores_and_intervals.compute_ces(given).mean, 1),
    "emotional value": ("emotions, mixed", scores_and_intervals.compute_emotional_value, 100),
}


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", BALANCES)
def test_satisfaction_effort_and_emotions(size, name):
    """The scores by their names; all that count alike are put on one point."""
    above, below, neither, score = BALANCES[name]
    for p, q in ((0.6, 0.2), (0.8, 0.1), (0.4, 0.35)):
        q = q if below else 0
        found, times = samples(size, (p, q, 1 - p - q), 20_000)
        given = [
            score({above[-1]: a, neither[0]: n, **({below[0]: b} if below else {})})
            for a, b, n in found.tolist()
        ]
        coverage = held([(s.low, s.high) for s in given], 100 * (p - q), times)
        assert 93 <= coverage <= 97, (p, q, coverage)


@pytest.mark.parametrize("name", MEANS)
def test_scores_that_are_means_have_the_interval_of_means(name):
    """Whose coverage ``test_mean`` measures, of these scales too."""
    scale, score, times = MEANS[name]
    points, chances = SCALES[scale]
    found, _times = samples(30, chances, 60)
    ends = times * compute_mean_bounds(found, np.array(points, dtype=float))
    given = [score(dict(zip(points, row, strict=True))) for row in found.tolist()]
    assert [(s.low, s.high) for s in given] == [pytest.approx(tuple(pair)) for pair in ends.T]


@pytest.mark.parametrize("size", SIZES)
def test_share(size):
    """Around each share, because whole answers make any interval jump from one share to the next.

    At single shares Wilson's holds 92.8 to 97.4 of 100 (30 answers: at 0.70 and at 0.90).
    """
    rng = np.random.default_rng(size)
    for centre in (0.1, 0.3, 0.5, 0.7, 0.8, 0.9):
        truth = rng.uniform(centre - 0.05, centre + 0.05, 20_000)
        given = rng.binomial(size, truth)
        ends = np.array(
            [
                (s.low, s.high)
                for k in range(size + 1)
                for s in [scores_and_intervals.compute_share(k, size)]
            ]
        )
        low, high = ends[given].T / 100
        coverage = 100 * ((low <= truth) & (truth <= high)).mean()
        assert 93 <= coverage <= 97, (centre, coverage)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCALES)
def test_mean(size, name):
    points, chances = (np.array(x, dtype=float) for x in SCALES[name])
    found, times = samples(size, chances.tolist(), 4000)
    coverage = held(compute_mean_bounds(found, points).T, points @ chances, times)
    assert 93 <= coverage <= 97, coverage


def test_mean_by_student_would_not_do():
    """Why means of scales have an interval of their own: 30 answers, emotions, mostly loved."""
    points, chances = (np.array(x, dtype=float) for x in SCALES["emotions, loved"])
    found, times = samples(30, chances.tolist(), 4000)
    student = [
        (s.low, s.high)
        for row in found.tolist()
        for s in [scores_and_intervals.compute_mean(dict(zip(points.tolist(), row, strict=True)))]
    ]
    assert held(student, points @ chances, times) < 90


@pytest.mark.parametrize("size", SIZES)
def test_difference_of_nps(size):
    """Of a month and one of half as many answers; every other pair of truths."""
    for i, chances in enumerate(NPS):
        other = NPS[(i + 2) % len(NPS)]
        rng = np.random.default_rng([size, i])
        first = rng.multinomial(2 * size, chances, size=4000)
        second = rng.multinomial(size, other, size=4000)
        pairs = [
            scores_and_intervals.compare_balances((a, b, a + n + b), (c, d, c + m + d))
            for (a, n, b), (c, m, d) in zip(first.tolist(), second.tolist(), strict=True)
        ]
        truth = 100 * ((other[0] - other[2]) - (chances[0] - chances[2]))
        coverage = held([(d.low, d.high) for d in pairs], truth, np.ones(len(pairs)))
        assert 93 <= coverage <= 97, (chances, other, coverage)


@pytest.mark.parametrize("size", SIZES)
def test_difference_of_shares(size):
    shares = [scores_and_intervals.compute_share(k, size) for k in range(size + 1)]
    for p, q in ((0.5, 0.6), (0.8, 0.8), (0.7, 0.9)):
        rng = np.random.default_rng([size, int(100 * p), int(100 * q)])
        before, after = (rng.binomial(size, r, 4000).tolist() for r in (p, q))
        pairs = [
            scores_and_intervals.compare_scores(shares[a], shares[b])
            for a, b in zip(before, after, strict=True)
        ]
        coverage = held([(d.low, d.high) for d in pairs], 100 * (q - p), np.ones(len(pairs)))
        assert 93 <= coverage <= 97, (p, q, coverage)


@pytest.mark.parametrize("size", [30, 100])
def test_difference_of_means(size):
    points = np.array((1, 2, 3, 4, 5), dtype=float)
    chances = [SCALES[name][1] for name in ("stars, mostly five", "agreement, polarised")]
    rng = np.random.default_rng(size)
    pairs = []
    for p in chances:
        given = rng.multinomial(size, p, size=4000)
        low, high = compute_mean_bounds(given, points)
        pairs.append(
            [
                scores_and_intervals.Score(*row, size)
                for row in zip(given @ points / size, low, high, strict=True)
            ]
        )
    found = [scores_and_intervals.compare_scores(a, b) for a, b in zip(*pairs, strict=True)]
    truth = points @ np.subtract(chances[1], chances[0])
    coverage = held([(d.low, d.high) for d in found], truth, np.ones(len(found)))
    assert 93 <= coverage <= 97, coverage
