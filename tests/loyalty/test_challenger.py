import numpy as np
import pytest

from cx_feedback.loyalty.model import (
    Cells,
    Level,
    Logistic,
    Scorer,
    fit_model,
    p_return,
    train_challenger,
)

TRUTH = Logistic(0.4, -0.9, 0.7, -0.3)


@pytest.fixture
def cells():
    rng = np.random.default_rng(4)
    rows = {
        (x, t_x, n)
        for n in range(2, 40)
        for t_x in range(n + 1)
        for x in range(min(t_x, 6) + 1)
        if (x > 0) == (t_x > 0)
    }
    return Cells.of((*row, int(rng.integers(1, 200))) for row in sorted(rows))


def returned_by(probability, cells, seed=7):
    return np.random.default_rng(seed).binomial(cells.readers, probability)


def test_the_challenger_finds_the_weights_its_readers_were_drawn_with(cells):
    found = train_challenger([(1.0, cells, returned_by(TRUTH.p_return(cells), cells))])
    error = np.abs(found.weights - TRUTH.weights) / np.sqrt(np.diag(found.covariance))
    assert (error < 4).all()
    assert (np.abs(found.weights - TRUTH.weights) < 0.1).all()


def test_the_challenger_is_kept_as_plain_values(cells):
    found = train_challenger([(1.0, cells, returned_by(TRUTH.p_return(cells), cells))])
    again = Logistic.from_dict(found.as_dict())
    assert (again.weights == found.weights).all()
    assert (again.covariance == found.covariance).all()


@pytest.mark.parametrize("returned", ["nobody", "everybody", "the often"])
def test_outcomes_that_a_feature_tells_apart_leave_it_finite(cells, returned):
    came = {
        "nobody": np.zeros(len(cells), dtype=np.int64),
        "everybody": cells.readers,
        "the often": cells.readers * (cells.x > 2),
    }[returned]
    found = train_challenger([(1.0, cells, came)])
    assert (np.abs(found.weights) < 50).all()
    assert np.isfinite(found.covariance).all()


def test_the_challenger_learns_from_all_its_windows_as_far_as_they_count(cells):
    other = Logistic(-1.4, -0.9, 0.7, -0.3)
    windows = [(cells, returned_by(one.p_return(cells), cells)) for one in (TRUTH, other)]
    (new, old), counts = windows, {}
    for share in (1.0, 0.25, 0.0):
        found = train_challenger([(1.0, *new), (share, *old)])
        counts[share] = float(cells.readers @ found.p_return(cells))
    assert counts[1.0] < counts[0.25] < counts[0.0]
    assert counts[0.0] == pytest.approx(new[1].sum(), rel=0.01)
    assert train_challenger([]) is None


def test_the_mix_lies_between_model_and_challenger_and_is_moved_by_the_level(cells):
    fitted = fit_model(Cells.of([(0, 0, 9, 900), (3, 6, 9, 90), (5, 9, 9, 60)]))
    model = p_return(fitted.parameters, cells, 4)
    mixed = Scorer(fitted, 4, TRUTH, 0.25)
    assert mixed.p_return(cells) == pytest.approx(0.25 * model + 0.75 * TRUTH.p_return(cells))
    assert Scorer(fitted, 4).p_return(cells) == pytest.approx(model)
    level = Level(np.ones(1), np.array([np.log(0.8)]), np.array([0.1]))
    moved = Scorer(fitted, 4, TRUTH, 0.25, level)
    total = float(cells.readers @ mixed.p_return(cells))
    assert float(cells.readers @ moved.p_return(cells)) == pytest.approx(0.8 * total)
    assert (np.argsort(moved.p_return(cells)) == np.argsort(mixed.p_return(cells))).all()
    assert moved.expected(cells).readers == pytest.approx(0.8 * total)


def test_expected_returns_of_the_challenger_hold_its_uncertainty(cells):
    came = returned_by(TRUTH.p_return(cells), cells)
    trained = train_challenger([(1.0, cells, came)])
    sure, unsure = (
        Scorer(fit_model(cells), 4, challenger, 0.0).expected(cells)
        for challenger in (TRUTH, trained)
    )
    truth = float(cells.readers @ TRUTH.p_return(cells))
    assert sure.readers == pytest.approx(truth)
    assert unsure.high - unsure.low > sure.high - sure.low
    assert unsure.low < truth < unsure.high


def test_a_fit_with_no_spread_still_has_a_range():
    cells = Cells.of([(0, 0, 20, 50)])
    said = Scorer(fit_model(cells), 4).expected(cells)
    assert 0 <= said.low <= said.readers <= said.high <= 50
