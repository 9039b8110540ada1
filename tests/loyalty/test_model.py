import numpy as np
import pytest

from cx_feedback.loyalty.model import (
    Cells,
    Parameters,
    Quality,
    Scorer,
    expected_returns,
    fit_model,
    log_likelihood,
    p_alive,
    p_return,
)
from cx_feedback.loyalty.model.fitting import FLAT
from cx_feedback.loyalty.model.simulation import simulate_visits

#: The 1995 donor cohort of Fader, Hardie and Shang (2010): x, t_x, n, donors.
DONATIONS = [
    (0, 0, 6, 3464),
    (1, 1, 6, 1091),
    (1, 2, 6, 277),
    (1, 3, 6, 129),
    (1, 4, 6, 78),
    (1, 5, 6, 119),
    (1, 6, 6, 129),
    (2, 2, 6, 613),
    (2, 3, 6, 255),
    (2, 4, 6, 155),
    (2, 5, 6, 173),
    (2, 6, 6, 234),
    (3, 3, 6, 322),
    (3, 4, 6, 181),
    (3, 5, 6, 225),
    (3, 6, 6, 357),
    (4, 4, 6, 240),
    (4, 5, 6, 284),
    (4, 6, 6, 512),
    (5, 5, 6, 335),
    (5, 6, 6, 728),
    (6, 6, 6, 1203),
]
PUBLISHED = Parameters(1.204, 0.750, 0.657, 2.783)


def one(x, t_x, n, elapsed=1.0):
    return Cells.of([(x, t_x, n, 1)], elapsed=elapsed)


def cells_of(visits):
    """Count the rows of a visits matrix (first period in column 0) into cells."""
    n = visits.shape[1] - 1
    x = visits.sum(axis=1) - 1
    t_x = n - np.argmax(visits[:, ::-1], axis=1)
    readers = np.bincount(x * (n + 1) + t_x)
    found = np.flatnonzero(readers)
    return Cells.of((i // (n + 1), i % (n + 1), n, readers[i]) for i in found), x, t_x


def test_donations_give_the_published_parameters():
    found = fit_model(Cells.of(DONATIONS))
    assert found.quality is Quality.GOOD
    assert found.log_likelihood == pytest.approx(-33225.6, abs=0.1)
    rounded = [round(float(p), 3) for p in np.exp(found.parameters.log)]
    # The paper prints 1.204, 0.750, 0.657, 2.783.
    assert rounded == [1.204, 0.750, 0.657, 2.783]


def test_the_likelihood_is_the_formula_written_out():
    from scipy.special import beta as B

    a, b, g, d = PUBLISHED.alpha, PUBLISHED.beta, PUBLISHED.gamma, PUBLISHED.delta
    for x, t_x, n, _ in DONATIONS:
        alive = B(a + x, b + n - x) / B(a, b) * B(g, d + n) / B(g, d)
        gone = sum(B(a + x, b + j - x) / B(a, b) * B(g + 1, d + j) / B(g, d) for j in range(t_x, n))
        assert log_likelihood(PUBLISHED, one(x, t_x, n)) == pytest.approx(np.log(alive + gone))


def test_likelihoods_of_all_histories_sum_to_one():
    """C(t_x - 1, x - 1) histories share each (x, t_x)."""
    from math import comb

    n = 6
    total = np.exp(log_likelihood(PUBLISHED, one(0, 0, n)))
    for t_x in range(1, n + 1):
        for x in range(1, t_x + 1):
            total += comb(t_x - 1, x - 1) * np.exp(log_likelihood(PUBLISHED, one(x, t_x, n)))
    assert total == pytest.approx(1)


@pytest.mark.slow
def test_return_probability_and_alive_agree_with_monte_carlo():
    n, ahead = 6, 4
    rng = np.random.default_rng(20100001)
    visits = simulate_visits(PUBLISHED, 3_000_000, n + ahead, rng)
    cells, x, t_x = cells_of(visits[:, : n + 1])
    returned = visits[:, n + 1 :].any(axis=1)
    predicted = p_return(PUBLISHED, cells, ahead)
    compared = 0
    for i in np.flatnonzero(cells.readers > 60_000):
        share = returned[(x == cells.x[i]) & (t_x == cells.t_x[i])].mean()
        assert predicted[i] == pytest.approx(share, abs=0.005)
        compared += 1
    assert compared >= 8
    assert cells.readers @ predicted == pytest.approx(returned.sum(), rel=0.003)


def test_a_fit_finds_the_parameters_readers_were_drawn_from():
    truth = Parameters(1.2, 2.0, 0.6, 6.0)
    cells, _, _ = cells_of(simulate_visits(truth, 60_000, 26, np.random.default_rng(5)))
    found = fit_model(cells)
    error = found.parameters.log - truth.log
    assert (np.abs(error) < 4 * np.sqrt(np.diag(found.covariance))).all()
    assert (np.abs(error) < 0.25).all()


def test_a_thousand_periods_do_not_underflow():
    for x, t_x in [(0, 0), (500, 990), (999, 1000), (3, 3), (1500, 3000)]:
        cells = one(x, t_x, 3000)
        assert np.isfinite(log_likelihood(PUBLISHED, cells))
        assert 0 <= p_return(PUBLISHED, cells, 28)[0] <= 1
    assert p_return(PUBLISHED, one(2990, 2995, 3000), 28)[0] < 0.001
    assert p_return(PUBLISHED, one(1500, 3000, 3000), 28)[0] > 0.95


def test_silence_lowers_the_probability_faster_for_frequent_readers():
    weekly = [p_return(PUBLISHED, one(20, 20, n), 4)[0] for n in (20, 22, 24)]
    rare = [p_return(PUBLISHED, one(2, 20, n), 4)[0] for n in (20, 22, 24)]
    assert weekly[0] > weekly[1] > weekly[2]
    assert weekly[2] / weekly[0] < 0.1 < 0.5 < rare[2] / rare[0]


def test_once_is_not_alive_for_ever():
    """The trap of BG/NBD: everyone who came once counts as alive."""
    assert p_alive(PUBLISHED, one(0, 0, 20))[0] < 0.2
    assert p_alive(PUBLISHED, one(20, 20, 20))[0] > 0.95


def test_a_period_going_on_counts_by_its_share():
    """Who has not come yet stands between the end of the last period and of this one."""
    before, after = np.exp([log_likelihood(PUBLISHED, one(2, 3, n)) for n in (5, 6)])
    now = np.exp(log_likelihood(PUBLISHED, one(2, 3, 6, elapsed=0.25)))
    assert now == pytest.approx(0.75 * before + 0.25 * after)
    monday = p_return(PUBLISHED, one(20, 20, 21, elapsed=1 / 7), 4)[0]
    sunday = p_return(PUBLISHED, one(20, 20, 21, elapsed=1.0), 4)[0]
    assert p_return(PUBLISHED, one(20, 20, 20), 4)[0] > monday > sunday


def test_expected_returns_has_a_range():
    cells = Cells.of(DONATIONS)
    found = fit_model(cells)
    said = Scorer(found, 4).expected(cells)
    expected, low, high = said.readers, said.low, said.high
    assert expected == pytest.approx(expected_returns(found.parameters, cells, 4))
    chance = 1.96 * np.sqrt(
        cells.readers
        @ (p_return(found.parameters, cells, 4) * (1 - p_return(found.parameters, cells, 4)))
    )
    assert high - expected > chance
    assert expected - low < 0.05 * expected


@pytest.mark.parametrize(
    ("rows", "quality"),
    [
        ([], Quality.TOO_FEW),
        ([(0, 0, 0, 500)], Quality.TOO_FEW),
        ([(0, 0, 20, 5000)], Quality.ALL_CAME_ONCE),
        ([(20, 20, 20, 5000)], Quality.NOBODY_LEFT),
        ([(10, 20, 20, 900), (12, 20, 20, 800)], Quality.NOBODY_LEFT),
        ([(3, 4, 9, 4), (0, 0, 9, 3)], Quality.TOO_FEW),
    ],
)
def test_little_to_learn_from_ends_in_a_flagged_sane_answer(rows, quality):
    cells = Cells.of(rows)
    found = fit_model(cells)
    assert found.quality is quality
    assert (np.abs(found.parameters.log) < FLAT + 2).all()
    returns = p_return(found.parameters, cells, 4)
    assert ((returns >= 0) & (returns <= 1)).all()
    if quality is Quality.ALL_CAME_ONCE:
        assert (returns < 0.05).all()
    if quality is Quality.NOBODY_LEFT:
        assert (returns > 0.9).all()


def test_a_runaway_parameter_is_flagged():
    """Everybody comes with the same chance: alpha and beta have no upper end."""
    rng = np.random.default_rng(3)
    stays = np.cumprod(rng.random((4000, 20)) > 0.1, axis=1).astype(bool)
    visits = np.column_stack([np.ones(4000, bool), stays & (rng.random((4000, 20)) < 0.3)])
    found = fit_model(cells_of(visits)[0])
    assert found.quality is Quality.AT_BOUNDS
    assert found.covariance is None
    mean = found.parameters.alpha / (found.parameters.alpha + found.parameters.beta)
    assert mean == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("row", [(1, 0, 5, 1), (3, 2, 5, 1), (1, 6, 5, 1), (0, 2, 5, 1)])
def test_an_impossible_history_is_refused(row):
    with pytest.raises(ValueError, match="no reader can have"):
        Cells.of([row])
