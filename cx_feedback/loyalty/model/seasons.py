"""Seasons: weeks in which regular readers came more or less often than usual.

Regular readers are those who came in two of the last eight weeks, and in one of the last two. In
a quiet season fewer of them come week after week. When many have left for good, fewer come for
two weeks, and then those who are still there come as often as usual. Newcomers, growth and
readers who come once change nothing of it, and weeks are compared as a whole, so that a site that
is read on Sundays alone has no seasons of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cx_feedback.loyalty.model.cells import Floats, Ints
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.model.visit_log import VisitLog

#: Weeks that make a reader regular, fewest of them with a visit, and last ones with one.
REGULAR_WEEKS, REGULAR_VISITS, SEEN_WEEKS = 8, 2, 2
#: Weeks after which a week says half as much about what is usual, and fewest that must be known.
USUAL_WEEKS, FEW_WEEKS = 8, 4
#: Fewest regular readers from whom anything is said.
FEW_REGULARS = 25
#: Smallest change, as a ratio either way, and how many standard deviations it must be.
SMALLEST, DEVIATIONS = 1.25, 4.0
#: How many it must be at least with what is uncertain about the usual.
LEAST_CLEAR = 3.0
#: Weeks on either side of its beginning that must show half of it: a season begins at once.
BESIDE = 3
#: Standard deviation of a week beyond chance, at least.
LEAST_SD = 0.04
#: A season goes on until so many days are over after it: one week may be usual by chance.
OVER_DAYS = 10
#: A fall of so few weeks is no season: readers who left for good stop being regular.
LEAVING_WEEKS = SEEN_WEEKS
#: Weeks in which it is looked at whether regular readers came later: a fall and what follows.
LATER_WEEKS = LEAVING_WEEKS + 1 + 4
#: A week counts with at least this share of its days counted.
ENOUGH_OF_A_WEEK = 0.75


@dataclass(frozen=True)
class Season:
    """Days from ``first`` to ``last``, both inclusive, with ``ratio`` times the usual visits.

    It goes on if ``is_open``. ``left`` marks a fall after which the others came as usual: those
    who were missing have left for good.
    """

    first: int
    last: int
    ratio: float
    is_open: bool
    left: bool = False

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[float]]) -> "list[Season]":
        """Return the seasons of rows as ``as_row`` made them."""
        return [
            cls(int(first), int(last), float(ratio), bool(is_open), bool(left))
            for first, last, ratio, is_open, left in rows
        ]

    def as_row(self) -> list[float]:
        """Return the season as JSON values."""
        return [self.first, self.last, round(self.ratio, 4), int(self.is_open), int(self.left)]


@dataclass(frozen=True)
class _Weeks:
    """Whole weeks, the oldest first: last day, regular readers, and which share of them came.

    The row of a week in ``later_shares`` are these shares in the same week and those after it.
    """

    ends: Ints
    regulars: Floats
    later_shares: Floats

    @property
    def shares(self) -> Floats:
        return self.later_shares[:, 0]


def find_seasons(log: VisitLog, until: int, gaps: Sequence[CountingGap] = ()) -> list[Season]:
    """Return the seasons in the visits up to the day ``until``, the oldest first.

    A season may begin on any day. So weeks that end on each day of the week are tried, and those
    are taken that show the change most clearly. Weeks with days without counting are left out as
    if they had not been. A fall after which those who left for good don't come is no season.
    """
    if not len(log):
        return []
    tried = [_compare_weeks(_count_weeks(log, until - late, gaps)) for late in range(7)]
    best = max(tried, key=lambda compared: compared.evidence)
    found = []
    start = None
    for index, kind in enumerate([*best.flagged.tolist(), 0]):
        if start is not None and kind != best.flagged[start]:
            found.append(_describe_season(log, best, (start, index - 1), until))
            start = None
        if kind and start is None:
            start = index
    return found


def _count_weeks(log: VisitLog, until: int, gaps: Sequence[CountingGap]) -> _Weeks:
    """Return the weeks up to ``until`` in which visits were counted and regulars are known."""
    number = max(0, (until - log.first_day + 1) // 7)
    ago = (until - log.days) // 7
    known = (log.days <= until) & (ago < number)
    readers, row = np.unique(log.readers[known], return_inverse=True)
    came = np.zeros((len(readers), number), dtype=bool)
    came[row.ravel(), number - 1 - ago[known]] = True
    ends = until - 7 * np.arange(number)[::-1]
    missing = np.zeros(number)
    for gap in gaps:
        missing += np.clip(np.minimum(gap.last, ends) - np.maximum(gap.first, ends - 6) + 1, 0, 7)
    counted = 1 - missing / 7 >= ENOUGH_OF_A_WEEK
    came, ends = came[:, counted], ends[counted]
    regulars = np.zeros(len(ends))
    later = np.zeros((len(ends), LATER_WEEKS))
    for week in range(REGULAR_WEEKS, len(ends)):
        before = came[:, week - REGULAR_WEEKS : week]
        regular = before[:, -SEEN_WEEKS:].any(axis=1)
        regular &= before.sum(axis=1) >= REGULAR_VISITS
        regulars[week] = regular.sum()
        after = came[regular, week : week + LATER_WEEKS]
        later[week, : after.shape[1]] = after.sum(axis=0) / max(regulars[week], 1)
    return _Weeks(ends[REGULAR_WEEKS:], regulars[REGULAR_WEEKS:], later[REGULAR_WEEKS:])


@dataclass(frozen=True)
class _Comparison:
    """Weeks with the logarithm of their share over the usual, and 1, 0 or -1 for a change."""

    weeks: _Weeks
    logs: Floats
    flagged: Ints
    evidence: float


def _compare_weeks(weeks: _Weeks) -> _Comparison:
    """Return the changes of weeks: time and again the clearest stretch, until none is clear.

    A stretch is compared with all other weeks, as in circular binary segmentation (Olshen,
    Venkatraman, Lucito and Wigler 2004, Biostatistics 5(4)), so that weeks after it say as much
    about what is usual as those before.
    """
    logs = np.log(np.clip(weeks.shares, 1e-3, 1.0))
    variances = _get_variances(weeks, logs)
    flagged = np.zeros(len(logs), dtype=np.int64)
    changes, evidence = np.zeros(len(logs)), 0.0
    while (clearest := _find_clearest(logs, variances, flagged)) is not None:
        some, usual, clear = clearest
        flagged[some] = int(np.sign(clear))
        changes[some] = logs[some] - usual
        evidence += clear**2
    return _Comparison(weeks, changes, flagged, evidence)


def _get_variances(weeks: _Weeks, logs: Floats) -> Floats:
    """Return the variance of each week, infinite where too few are regular to say anything."""
    enough = weeks.regulars >= FEW_REGULARS
    if not enough.any():
        return np.full(len(logs), np.inf)
    share = float(np.median(weeks.shares[enough]))
    chance = (1 - share) / np.maximum(share * weeks.regulars, 1e-9)
    # From one week to the next, so that neither a season nor a slow change counts.
    steps = np.abs(np.diff(logs[enough]))
    spread = 1.4826 * float(np.median(steps)) / 2**0.5 if len(steps) else 0.0
    return np.where(enough, np.maximum(chance + LEAST_SD**2, spread**2), np.inf)


def _find_clearest(
    logs: Floats, variances: Floats, flagged: Ints
) -> tuple[slice, float, float] | None:
    """Return the clearest stretch of weeks, what is usual, and standard deviations from it."""
    usable = (flagged == 0) & np.isfinite(variances)
    best: tuple[slice, float, float] | None = None
    for first in range(len(logs)):
        if usable[:first].sum() < FEW_WEEKS:
            continue
        for last in range(first, len(logs)):
            some = slice(first, last + 1)
            if not usable[some].all():
                break
            weights = _weigh_others(usable, some)
            usual = float(weights @ logs)
            change = float(logs[some].mean()) - usual
            chance = float(variances[some].sum()) / (last + 1 - first) ** 2
            if abs(change) < max(np.log(SMALLEST), DEVIATIONS * chance**0.5):
                continue
            before = logs[np.flatnonzero(usable[:first])[-BESIDE:]].mean()
            if (logs[some][:BESIDE].mean() - before) / change < 0.5:
                continue
            unsure = float(weights[usable] ** 2 @ variances[usable])
            clear = change / (chance + unsure) ** 0.5
            if abs(clear) > max(LEAST_CLEAR, abs(best[2]) if best else 0.0):
                best = some, usual, clear
    return best


def _weigh_others(usable: Any, some: slice) -> Floats:
    """Return the weights of all weeks but these in what is usual: near ones count more."""
    week = np.arange(len(usable))
    away = np.where(week < some.start, some.start - week, week - some.stop + 1)
    weights = np.where(usable & (away > 0), 0.5 ** (away / USUAL_WEEKS), 0.0)
    found: Floats = weights / weights.sum()
    return found


def _describe_season(
    log: VisitLog, compared: _Comparison, flagged: tuple[int, int], until: int
) -> Season:
    first, last = flagged
    ends = compared.weeks.ends
    ratio = float(np.exp(np.mean(compared.logs[first : last + 1])))
    begins = _find_border(log, int(ends[first]) - 6, ratio)
    if last == len(ends) - 1 or until - int(ends[last]) < OVER_DAYS:
        return Season(begins, until, ratio, is_open=True)
    over = _find_border(log, int(ends[last]) + 1, 1 / ratio) - 1
    left = ratio < 1 and last - first < LEAVING_WEEKS + 1 and _did_leave(compared, flagged, ratio)
    return Season(begins, max(begins, over), ratio, is_open=False, left=left)


def _did_leave(compared: _Comparison, flagged: tuple[int, int], ratio: float) -> bool:
    """Return whether as many fewer came after a short fall as within it: they left for good.

    These are the readers who were regular before the fall. As many weeks after they were, others
    had come in the weeks before it.
    """
    first, last = flagged
    shares = compared.weeks.later_shares
    lost = []
    for lag in range(last + 1 - first, min(LATER_WEEKS, len(shares) - first)):
        before = shares[max(0, first - lag - USUAL_WEEKS) : max(0, first - lag), lag]
        if len(before):
            lost.append(float(shares[first, lag] / max(np.median(before), 1e-3)))
    return bool(lost) and float(np.mean(lost)) < (1 + ratio) / 2


def _find_border(log: VisitLog, near: int, ratio: float) -> int:
    """Return the day, a few days from ``near``, from which there were ``ratio`` times the visits.

    The days before are those of the same days of the week in the four weeks before.
    """
    first = near - 7 * 5
    days = log.days[(log.days >= first) & (log.days < near + 7)] - first
    counts = np.bincount(days, minlength=7 * 6).astype(np.float64)
    usual = np.median(counts[: 7 * 4].reshape(4, 7), axis=0)
    around = counts[7 * 4 :].reshape(2, 7)
    expected = np.tile(usual, 2)
    losses = [
        float(np.sum((around.ravel() - expected * np.where(np.arange(14) < day, 1, ratio)) ** 2))
        for day in range(15)
    ]
    # The latest of equal days: nothing is known of days on which nobody comes.
    best = max(day for day, loss in enumerate(losses) if loss <= min(losses) + 1e-9)
    return near - 7 + best
