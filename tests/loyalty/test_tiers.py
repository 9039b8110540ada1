import pytest

from cx_feedback.loyalty.model import Cells, Parameters, p_return
from cx_feedback.loyalty.scoring.tier_rules import TierBorders, assign_tiers, get_remaining_share

PARAMETERS = Parameters(1.2, 1.6, 0.6, 6.0)


def tier(x, t_x, n):
    cells = Cells.of([(x, t_x, n, 1)])
    returns = p_return(PARAMETERS, cells, 4)
    left = get_remaining_share(PARAMETERS, cells, 4)
    return assign_tiers(cells, returns, left, TierBorders.from_settings())[0]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ((0, 0, 0), "new"),
        ((0, 0, 3), "new"),
        ((0, 0, 4), "fly_by"),
        ((0, 0, 50), "fly_by"),
        ((12, 12, 12), "lover"),
        ((12, 24, 24), "lover"),
        ((4, 20, 21), "loyal"),
        ((1, 30, 30), "casual"),
        ((12, 12, 16), "at_risk"),
        ((12, 12, 19), "at_risk"),
        ((12, 12, 20), "lost"),
    ],
)
def test_tiers(cell, expected):
    assert tier(*cell) == expected


def test_borders_are_weeks_where_visits_are_counted_by_day(settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "PERIOD": "day"}
    assert [tier(0, 0, days) for days in (27, 28)] == ["new", "fly_by"]
    assert [tier(60, 60, 60 + days) for days in (55, 56)] == ["at_risk", "lost"]


def test_frequent_readers_are_missed_sooner_than_rare_ones():
    def weeks_until_missed(x, t_x):
        return next(w for w in range(100) if tier(x, t_x, t_x + w) in ("at_risk", "lost"))

    weekly, monthly, rare = (weeks_until_missed(*c) for c in ((24, 24), (6, 24), (2, 24)))
    assert weekly < monthly < rare
    assert weekly * 7 < 30 < rare * 7
