"""Tests that share a fit share their cells: nothing else is remembered."""

from cx_feedback.loyalty.model import Cells, rolling
from cx_feedback.loyalty.model.fitting import fit_again, fit_model
from tests.loyalty.remembered_fits import remember

ROWS = [(0, 0, 9, 900), (3, 6, 9, 90), (5, 9, 9, 60)]


def test_a_fit_of_other_cells_is_made_anew():
    made = []

    def fit(cells, near):
        made.append(cells)
        return cells.total

    remembered = remember(fit)
    more = [*ROWS[:2], (5, 9, 9, 61)]
    assert [remembered(Cells.of(rows), None) for rows in (ROWS, ROWS, more)] == [1050, 1050, 1051]
    assert remembered(Cells.of(ROWS, elapsed=0.5), None) == 1050
    assert len(made) == 3


def test_what_is_remembered_is_the_fit_itself():
    cells = Cells.of(ROWS)
    for _ in range(2):
        assert rolling.fit_model(cells).parameters == fit_model(cells).parameters
        assert rolling.fit_again(cells, None) == fit_again(cells, None)
