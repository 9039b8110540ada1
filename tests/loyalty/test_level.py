"""The level of past misses, the weights of the mix, and ranges that hold."""

import numpy as np
import pytest

from cx_feedback.loyalty.model import Forecaster, Parameters, VisitLog
from cx_feedback.loyalty.model.forecast_error import Level, Miss, learn_level
from cx_feedback.loyalty.model.mixing import WEIGHTS, choose_weight, get_losses, shift_to_total
from cx_feedback.loyalty.model.simulation import simulate_visits

MONTH = 28
CHANCE = 0.02**2


def draw_misses(months, *, level=0.0, sd=0.0, trend=0.0, season=0.0, seed=3):
    """Draw misses of months that don't overlap, with chance of 2 percent."""
    rng = np.random.default_rng(seed)
    return [
        Miss(
            MONTH * k,
            level
            + trend * k
            + season * np.sin(2 * np.pi * k / 13)
            + rng.normal(0, (sd**2 + CHANCE) ** 0.5),
            CHANCE,
        )
        for k in range(months)
    ]


def get_width(found):
    low, high = (found.get_quantile(tail, CHANCE) for tail in (0.025, 0.975))
    return high - low


def test_without_a_miss_the_range_is_wide_and_in_the_middle():
    found = learn_level([], 100, MONTH)
    assert found.mean == pytest.approx(0, abs=1e-9)
    assert get_width(found) > 0.8


def test_the_more_quiet_months_the_narrower_down_to_chance():
    widths = [get_width(learn_level(draw_misses(n), MONTH * n, MONTH)) for n in (1, 3, 8, 20)]
    assert widths == sorted(widths, reverse=True)
    assert 0.98 * 3.92 * 0.02 < widths[-1] < 1.3 * 3.92 * 0.02


@pytest.mark.parametrize("sd", [0.08, 0.2])
def test_months_that_differ_make_it_as_wide_as_they_differ(sd):
    widths = [
        get_width(learn_level(draw_misses(20, sd=sd, seed=seed), MONTH * 20, MONTH))
        for seed in range(8)
    ]
    assert 0.8 < np.mean(widths) / (3.92 * sd) < 1.5


def test_a_steady_miss_is_made_good():
    found = learn_level(draw_misses(10, level=-0.3), MONTH * 10, MONTH)
    assert found.mean == pytest.approx(-0.3, abs=0.04)


def test_one_wild_month_moves_the_level_little():
    misses = [*draw_misses(12), Miss(MONTH * 12, 0.3, CHANCE)]
    assert abs(learn_level(misses, MONTH * 13, MONTH).mean) < 0.2


def test_windows_that_overlap_count_as_those_that_do_not():
    misses = draw_misses(10, sd=0.1)
    half = MONTH // 2
    doubled = [Miss(m.day + move, m.log_ratio, m.variance) for m in misses for move in (-half, 0)]
    now = MONTH * 10
    alone, twice = learn_level(misses, now, MONTH), learn_level(doubled, now, MONTH)
    assert get_width(twice) == pytest.approx(get_width(alone), rel=0.1)


def test_a_season_that_returned_is_expected_to_return():
    misses = draw_misses(29, season=0.3)  # the next month is at the top of the season
    now = MONTH * 29
    assert np.sin(2 * np.pi * 29 / 13) > 0.9
    with_season = learn_level(misses, now, MONTH)
    assert with_season.mean == pytest.approx(0.3, abs=0.12)
    assert learn_level(misses[-8:], now, MONTH).mean < with_season.mean + 0.05


def test_a_trend_of_a_year_goes_on():
    misses = draw_misses(20, trend=-0.08)
    assert learn_level(misses, MONTH * 20, MONTH).mean == pytest.approx(-1.6, abs=0.08)


def test_a_level_is_kept_as_plain_rows():
    found = learn_level(draw_misses(5), MONTH * 5, MONTH)
    again = Level.from_rows(found.as_rows())
    assert again.get_quantile(0.9, 0.1) == pytest.approx(found.get_quantile(0.9, 0.1))


def draw_window(seed=1, readers=3000):
    rng = np.random.default_rng(seed)
    truth = rng.beta(1, 4, 200)
    counts = np.full(200, readers // 200)
    return truth, counts, rng.binomial(counts, truth)


def test_the_one_that_knows_better_gets_the_weight_though_its_level_is_wrong():
    truth, counts, came = draw_window()
    blind = np.full(200, came.sum() / counts.sum())
    for better, worse, weight in ((truth / 2, blind, 1), (blind, truth / 2, 0)):
        losses = get_losses(better, worse, counts, came)
        assert losses.argmin() == (len(WEIGHTS) - 1) * weight
        assert choose_weight([(1.0, 3000, losses)] * 3) == pytest.approx(weight, abs=0.1)


def test_without_windows_or_with_few_readers_both_count_alike():
    truth, counts, came = draw_window(readers=200)
    assert choose_weight([]) == 0.5
    losses = get_losses(truth, truth, counts, came)
    assert choose_weight([(1.0, 200, losses)]) == pytest.approx(0.5)


def test_a_shift_gives_the_total_and_keeps_the_order():
    truth, counts, _came = draw_window()
    moved = shift_to_total(truth, counts, 900)
    assert counts @ moved == pytest.approx(900)
    assert (np.argsort(moved) == np.argsort(truth)).all()


def draw_world(seed, readers=800, weeks=26):
    """Return the log of a world that is exactly BG/BB, with four weeks to come."""
    rng = np.random.default_rng(seed)
    came = simulate_visits(Parameters(1.2, 1.6, 0.6, 6.0), readers, weeks + 4, rng)
    begins = rng.integers(0, weeks - 2, readers)
    who, after = np.nonzero(came)
    weeks_of = begins[who] + after
    seen = weeks_of < weeks + 4
    days = weeks_of[seen] * 7 + rng.integers(0, 7, int(seen.sum()))
    return VisitLog.of(who[seen].astype(np.int64), days.astype(np.int64), 7), weeks * 7 - 1


def test_a_forecast_knows_nothing_of_later_days():
    log, now = draw_world(1)
    past = log.days <= now
    early = VisitLog(log.readers[past], log.days[past], 7)
    found, known = (Forecaster(one, MONTH).forecast(now) for one in (log, early))
    assert (found.readers, found.expected, found.low, found.high) == (
        known.readers,
        known.expected,
        known.low,
        known.high,
    )
    assert found.came > known.came == 0


@pytest.mark.slow
def test_ranges_hold_in_worlds_that_are_exactly_as_the_model_thinks():
    """60 worlds leave room for chance."""
    held = []
    for seed in range(60):
        log, now = draw_world(seed)
        held.append(Forecaster(log, MONTH).forecast(now).held)
    assert 52 <= sum(held) <= 60
