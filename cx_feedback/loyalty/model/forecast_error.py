"""The error of a forecast: learnt from how far earlier forecasts were off.

The miss of a window is the logarithm of the returns that came over those that were forecast. A
site's misses have a level that moves slowly, a part that only one window has, and chance. How
large each part is isn't known, above all while there are few windows. So many combinations are
tried at once, each counts as much as it explains the misses, and the forecast is their mixture:
wide while they disagree, and as narrow as chance where nothing else shows.

Windows that overlap tell the same days twice. They are sorted into chains of windows that don't,
and the chains count together as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from cx_feedback.loyalty.model.cells import Floats

#: Standard deviations tried for the part that only one window has.
WINDOW_SDS = (0.005, 0.02, 0.04, 0.07, 0.11, 0.16, 0.22, 0.3, 0.4, 0.55)
#: Standard deviations tried for the move of the level within a horizon.
MOVE_SDS = (0.003, 0.02, 0.05, 0.1, 0.2, 0.35)
#: Scales beyond which they are thought unlikely before any miss is known.
WINDOW_SCALE, MOVE_SCALE = 0.3, 0.2
#: How likely it seems before any miss is known that forecasts are off by chance alone.
NOTHING_BUT_CHANCE = 0.4
#: Shares tried of last year's miss that return, and moves of the level in each horizon: only for
#: windows with a year behind them.
SEASONS = (0.0, 0.35, 0.7, 1.0)
TRENDS = (-0.08, -0.03, 0.0, 0.03, 0.08)
#: What is thought of them without any miss: that there is no season and no trend.
NO_SEASON, NO_TREND = 0.6, 0.7
#: Standard deviation of the level before any miss is known, and one that is next to none.
FIRST_SD, TINY_SD = 0.2, 1e-6
#: Days of a year, in whole weeks.
YEAR = 364
#: Components of the mixture that weigh less are left out.
SMALL = 1e-3


@dataclass(frozen=True)
class Miss:
    """The miss of the window after ``day``, and the variance that chance alone gives it."""

    day: int
    log_ratio: float
    variance: float


@dataclass(frozen=True)
class Level:
    """The logarithm of the factor between returns and forecast, a mixture of normals."""

    weights: Floats
    means: Floats
    sds: Floats

    @classmethod
    def exact(cls) -> "Level":
        """Return the level of a forecast that is believed as it is: a mixture of one."""
        return cls(np.ones(1), np.zeros(1), np.zeros(1))

    @property
    def mean(self) -> float:
        """Return the mean of the mixture."""
        return float(self.weights @ self.means)

    def get_quantile(self, share: float, variance: float) -> float:
        """Return a quantile of the mixture with chance of this variance, by bisection."""
        from scipy.special import ndtr

        sds = np.sqrt(self.sds**2 + variance)
        low, high = float((self.means - 9 * sds).min()), float((self.means + 9 * sds).max())
        for _step in range(60):
            middle = (low + high) / 2
            if float(self.weights @ ndtr((middle - self.means) / sds)) < share:
                low = middle
            else:
                high = middle
        return (low + high) / 2

    def widen(self, variance: float) -> "Level":
        """Return the level with this variance added to each component."""
        return Level(self.weights, self.means, np.sqrt(self.sds**2 + variance))

    def as_rows(self) -> list[list[float]]:
        """Return (weight, mean, standard deviation) of each component as JSON values."""
        return np.stack([self.weights, self.means, self.sds], axis=1).tolist()

    @classmethod
    def from_rows(cls, rows: Sequence[Sequence[float]]) -> "Level":
        """Return the level that ``as_rows`` described."""
        weights, means, sds = np.array(rows, dtype=np.float64).reshape(-1, 3).T
        return cls(weights, means, sds)


def learn_level(misses: Sequence[Miss], now: int, horizon_days: int) -> Level:
    """Return the level of the window that begins after ``now``.

    ``misses`` are those of windows that have ended by ``now``, the oldest first.
    """
    seasons = _get_seasons(misses, now, horizon_days)
    has_year = bool(misses) and now - misses[0].day >= YEAR + horizon_days
    grid = _Grid.build(has_season=any(seasons.values()), has_trend=has_year)
    log_weights: Floats = grid.log_prior
    chains: dict[int, list[Miss]] = {}
    for miss in misses:
        chains.setdefault((now - miss.day) % horizon_days, []).append(miss)
    means, precisions, variances = [], [], []
    for chain in chains.values():
        log_likelihood, mean, variance = _filter_chain(chain, now, horizon_days, grid, seasons)
        log_weights = log_weights + log_likelihood / len(chains)
        means.append(mean / variance)
        precisions.append(1 / variance)
        variances.append(variance)
    level, spread = np.zeros(len(log_weights)), grid.first_sd**2
    if means:
        level = np.sum(means, axis=0) / np.sum(precisions, axis=0)
        spread = np.mean(variances, axis=0)
    level = level + grid.season * seasons.get(now, 0.0)
    weights = np.exp(log_weights - log_weights.max())
    weights /= weights.sum()
    kept = weights >= SMALL * weights.max()
    return Level(
        weights[kept] / weights[kept].sum(),
        level[kept],
        np.sqrt(spread + grid.window_sd**2)[kept],
    )


@dataclass(frozen=True)
class _Grid:
    """The combinations that are tried, one entry each; the last is nothing but chance."""

    first_sd: Floats
    window_sd: Floats
    move_sd: Floats
    season: Floats
    trend: Floats
    log_prior: Floats

    @classmethod
    def build(cls, *, has_season: bool, has_trend: bool) -> "_Grid":
        seasons = SEASONS if has_season else (0.0,)
        trends = TRENDS if has_trend else (0.0,)
        columns = np.array(list(product(WINDOW_SDS, MOVE_SDS, seasons, trends))).T
        window_sd, move_sd, season, trend = columns
        prior = np.exp(-0.5 * (window_sd / WINDOW_SCALE) ** 2 - 0.5 * (move_sd / MOVE_SCALE) ** 2)
        if has_season:
            prior *= np.where(season == 0, NO_SEASON, (1 - NO_SEASON) / (len(SEASONS) - 1))
        if has_trend:
            prior *= np.where(trend == 0, NO_TREND, (1 - NO_TREND) / (len(TRENDS) - 1))
        prior *= (1 - NOTHING_BUT_CHANCE) / prior.sum()
        first_sd = np.full(len(prior), FIRST_SD)
        return cls(
            first_sd=np.append(first_sd, TINY_SD),
            window_sd=np.append(window_sd, 0.0),
            move_sd=np.append(move_sd, 0.0),
            season=np.append(season, 0.0),
            trend=np.append(trend, 0.0),
            log_prior=np.log(np.append(prior, NOTHING_BUT_CHANCE)),
        )


def _filter_chain(
    chain: Sequence[Miss], now: int, horizon_days: int, grid: _Grid, seasons: dict[int, float]
) -> tuple[Floats, Floats, Floats]:
    """Return the log-likelihood of a chain, and mean and variance of its level (Kalman filter)."""
    mean, variance = np.zeros(len(grid.window_sd)), grid.first_sd**2
    log_likelihood, last = np.zeros(len(mean)), chain[0].day
    for miss in chain:
        mean, variance = _move(mean, variance, (miss.day - last) / horizon_days, grid)
        last = miss.day
        spread = variance + grid.window_sd**2 + miss.variance
        off = miss.log_ratio - grid.season * seasons.get(miss.day, 0.0) - mean
        log_likelihood -= 0.5 * (np.log(spread) + off**2 / spread)
        gain = variance / spread
        mean, variance = mean + gain * off, variance * (1 - gain)
    return log_likelihood, *_move(mean, variance, (now - last) / horizon_days, grid)


def _move(mean: Floats, variance: Floats, horizons: float, grid: _Grid) -> tuple[Floats, Floats]:
    return mean + grid.trend * horizons, variance + grid.move_sd**2 * horizons


def _get_seasons(misses: Sequence[Miss], now: int, horizon_days: int) -> dict[int, float]:
    """Return for each day how far the window a year earlier lay from the mean of its year.

    The year is the one that ends with the window, as far as it was known on that day.
    """
    by_day: dict[int, Any] = {miss.day: miss.log_ratio for miss in misses}
    seasons = {}
    for day in (*by_day, now):
        before = by_day.get(day - YEAR)
        known = [
            ratio for past, ratio in by_day.items() if day - YEAR <= past <= day - horizon_days
        ]
        if before is not None and len(known) > 1:
            seasons[day] = float(before - np.mean(known))
    return seasons
