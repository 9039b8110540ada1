import numpy as np
import pytest

from cx_feedback.loyalty.model.holdout import compute_auc, measure_accuracy, predict_by_recency


def test_auc_counts_pairs_with_ties_as_half():
    rng = np.random.default_rng(1)
    score = rng.integers(0, 6, 40) / 10
    came = rng.random(40) < score
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in score[came] for b in score[~came]]
    ones = np.ones(40, dtype=np.int64)
    assert compute_auc(score, ones, came.astype(np.int64)) == pytest.approx(np.mean(pairs))


def test_accuracy_on_cells_equals_accuracy_on_readers():
    score = np.array([0.1, 0.4, 0.7])
    readers, returned = np.array([50, 30, 20]), np.array([4, 15, 13])
    by_cell = measure_accuracy(score, readers, returned)
    rows = np.repeat(score, readers)
    came = np.concatenate([np.arange(n) < k for n, k in zip(readers, returned, strict=True)])
    assert by_cell.brier == pytest.approx(np.mean((rows - came) ** 2))
    assert sum(t.readers for t in by_cell.tenths) == 100
    # 0.1 against 0.08 on half of the readers, 0.4 against 0.5 on 30, 0.7 against 0.65 on 20
    assert by_cell.ece == pytest.approx(0.5 * 0.02 + 0.3 * 0.1 + 0.2 * 0.05)


def test_a_check_without_both_outcomes_is_refused():
    with pytest.raises(ValueError, match="returned"):
        measure_accuracy(np.array([0.5]), np.array([10]), np.array([0]))


def test_recency_learns_from_the_window_before():
    rates = predict_by_recency(
        np.array([0, 5]),
        np.array([1000, 1000]),
        np.array([500, 100]),
        np.array([0, 5, 9]),
        smooth=0.001,
    )
    assert rates == pytest.approx([0.5, 0.1, 0.1], abs=1e-3)
