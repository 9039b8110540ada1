"""The simulated readers are what the loyalty room's model says such readers would be."""

import numpy as np
import pytest
from scipy.special import comb

from cx_feedback.loyalty import model
from example_site.simulation import process

pytestmark = pytest.mark.slow  # a whole site, with its own pins

WEEKS = 26
READERS = 40_000
KNOWN = process.Parameters()
SAME = model.Parameters(KNOWN.alpha, KNOWN.beta, KNOWN.gamma, KNOWN.delta)


@pytest.fixture(scope="module")
def population():
    return process.draw_population(
        readers=READERS, weeks=WEEKS, parameters=KNOWN, rng=np.random.default_rng(7)
    )


def seen_until(population, week):
    """Return (x, t_x, n) of who had come by the end of a week (an index), and who that is."""
    there = np.flatnonzero(population.first_week <= week)
    came = population.came[there, : week + 1]
    first = population.first_week[there]
    last = week - np.argmax(came[:, ::-1], axis=1)
    return there, came.sum(axis=1) - 1, last - first, week - first


def cells_of(x, t_x, n):
    """Count readers by history; also return in which cell each one is."""
    histories, cell, counts = np.unique(
        np.stack([x, t_x, n], axis=1), axis=0, return_inverse=True, return_counts=True
    )
    return model.Cells(*histories.T, counts), cell.reshape(-1)


def assert_near(observed, expected):
    """Counts may differ by chance: 4.5 standard deviations of a Poisson count."""
    assert (np.abs(observed - expected) <= 4.5 * np.sqrt(expected) + 1).all(), (observed, expected)


def test_the_first_weeks_readers_come_as_often_as_the_model_says(population):
    n = WEEKS - 1
    cohort = population.first_week == 0
    observed = np.bincount(population.returns[cohort], minlength=WEEKS)
    assert observed.sum() > 1_000

    chance = np.zeros(WEEKS)
    for x in range(WEEKS):
        for t_x in range(x, WEEKS) if x else [0]:
            one = model.Cells.of([(x, t_x, n, 1)])
            orders = comb(t_x - 1, x - 1, exact=True) if x else 1
            chance[x] += orders * np.exp(model.log_likelihood(SAME, one))
    assert chance.sum() == pytest.approx(1)
    assert_near(observed, cohort.sum() * chance)


def test_those_who_come_again_are_as_many_as_the_model_predicts(population):
    horizon = 8
    there, x, t_x, n = seen_until(population, WEEKS - 1 - horizon)
    cells, cell = cells_of(x, t_x, n)
    again = population.came[there, WEEKS - horizon :].any(axis=1)
    predicted = model.p_return(SAME, cells, horizon)[cell]

    silent_for = n - t_x
    for group in (silent_for == 0, silent_for == 1, silent_for >= 2, x == 0, x >= 5):
        assert_near(again[group].sum(), predicted[group].sum())


def test_the_model_finds_the_parameters_again(population):
    _there, x, t_x, n = seen_until(population, WEEKS - 1)
    cells, _cell = cells_of(x, t_x, n)
    found = model.fit_model(cells)
    assert found.quality is model.Quality.GOOD
    # Twice the gain over the true parameters is chi-squared, 4 degrees of freedom: 23.5 is 0.9999.
    gain = found.log_likelihood - model.log_likelihood(SAME, cells)
    assert 0 <= 2 * gain < 23.5
    assert found.parameters.log == pytest.approx(SAME.log, abs=0.2)


def test_days_of_visits_lie_in_the_weeks_in_which_readers_came(population):
    rows, days = process.draw_days(population, np.random.default_rng(3))
    came = np.zeros_like(population.came)
    came[rows, days // 7] = True
    assert (came == population.came).all()
    assert len({*zip(rows.tolist(), days.tolist(), strict=True)}) == rows.size


def test_who_likes_the_magazine_more_scores_higher(population):
    rng = np.random.default_rng(5)
    likings = process.draw_likings(population, rng)
    scores = process.draw_scores(likings, rng)
    assert scores.min() >= 0
    assert scores.max() == 10
    fond = likings > np.median(likings)
    assert scores[fond].mean() > scores[~fond].mean() + 1


@pytest.mark.parametrize("name", ["alpha", "beta", "gamma", "delta"])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_parameters_that_cannot_be_are_refused(name, value):
    with pytest.raises(ValueError, match=name):
        process.Parameters(**{name: value})


def test_nobody_is_new_after_the_weeks_of_arriving():
    drawn = process.draw_population(
        readers=500, weeks=9, arriving=8, parameters=KNOWN, rng=np.random.default_rng(1)
    )
    assert drawn.came.shape == (500, 9)
    assert drawn.first_week.max() == 7
    assert drawn.came[:, 8].any()
