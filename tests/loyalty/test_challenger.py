import numpy as np
import pytest

from cx_feedback.loyalty.model import (
    Calibration,
    Cells,
    Logistic,
    ModelChoice,
    Scorer,
    fit_calibration,
    fit_model,
    p_return,
    train_challenger,
)
from cx_feedback.loyalty.model.logistic import sigmoid

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
    found = train_challenger(cells, returned_by(TRUTH.p_return(cells), cells))
    error = np.abs(found.weights - TRUTH.weights) / np.sqrt(np.diag(found.covariance))
    assert (error < 4).all()
    assert (np.abs(found.weights - TRUTH.weights) < 0.1).all()


def test_the_challenger_is_kept_as_plain_values(cells):
    found = train_challenger(cells, returned_by(TRUTH.p_return(cells), cells))
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
    found = train_challenger(cells, came)
    assert (np.abs(found.weights) < 50).all()
    assert np.isfinite(found.covariance).all()


def test_recalibration_bends_what_was_too_bold(cells):
    truth = TRUTH.p_return(cells)
    bold = sigmoid(0.3 + 1.4 * np.log(truth / (1 - truth)))
    found = fit_calibration(bold, cells.readers, returned_by(truth, cells))
    assert found.slope == pytest.approx(1 / 1.4, abs=0.03)
    assert found(bold) == pytest.approx(truth, abs=0.02)


def test_recalibration_keeps_order_and_zero(cells):
    said = np.array([0.0, 1e-12, 0.2, 0.9, 1.0])
    bent = Calibration(0.5, 0.8)(said)
    assert bent[0] == 0
    assert (np.diff(bent) > 0).all()


def test_a_window_that_turns_the_order_round_teaches_nothing(cells):
    truth = TRUTH.p_return(cells)
    assert fit_calibration(1 - truth, cells.readers, returned_by(truth, cells)) == Calibration()


def test_the_one_that_is_used_scores_and_the_other_is_kept(cells):
    fitted = fit_model(Cells.of([(0, 0, 9, 900), (3, 6, 9, 90), (5, 9, 9, 60)]))
    by_model = Scorer(fitted, 4, Calibration(-0.1, 0.9), TRUTH)
    by_other = Scorer(fitted, 4, Calibration(-0.1, 0.9), TRUTH, ModelChoice.CHALLENGER)
    bent = Calibration(-0.1, 0.9)(p_return(fitted.parameters, cells, 4))
    for scores, other in (
        (by_model.p_return(cells), by_model.p_other(cells)),
        (by_other.p_other(cells), by_other.p_return(cells)),
    ):
        assert (scores == bent).all()
        assert (other == TRUTH.p_return(cells)).all()
    assert Scorer(fitted, 4).p_other(cells) is None


def test_expected_returns_of_the_challenger_hold_its_uncertainty(cells):
    sure = Scorer(fit_model(cells), 4, challenger=TRUTH, used=ModelChoice.CHALLENGER).expected(
        cells
    )
    unsure = Scorer(
        fit_model(cells),
        4,
        challenger=train_challenger(cells, returned_by(TRUTH.p_return(cells), cells)),
        used=ModelChoice.CHALLENGER,
    ).expected(cells)
    truth = float(cells.readers @ TRUTH.p_return(cells))
    assert sure.readers == pytest.approx(truth)
    assert unsure.high - unsure.low > sure.high - sure.low
    assert unsure.low < truth < unsure.high


def test_a_fit_with_no_spread_still_has_a_range():
    cells = Cells.of([(0, 0, 20, 50)])
    said = Scorer(fit_model(cells), 4).expected(cells)
    assert 0 <= said.low <= said.readers <= said.high <= 50
