"""Seasons: weeks in which regular readers came more or less often than usual.

Regular readers are those who came in two of the last eight weeks, and in one of the last two. In
a quiet season fewer of them come week after week. When many have left for good, fewer come for
two weeks, and then those who are still there come as often as usual. Newcomers, growth and
readers who come once change nothing of it, and weeks are compared as a whole, so that a site that
is read on Sundays alone has no seasons of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cx_feedback.loyalty.model.cells import Floats, Ints
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.model.visit_log import VisitLog

#: Weeks that make a reader regular, fewest of them with a visit, and last ones with one.
REGULAR_WEEKS, REGULAR_VISITS, SEEN_WEEKS = 8, 2, 2
#: Weeks before a week that say what is usual, and fewest of them.
USUAL_WEEKS, FEW_WEEKS = 8, 4
#: Fewest regular readers from whom anything is said.
FEW_REGULARS = 25
#: Smallest change, as a ratio either way, and how many standard deviations it must be.
SMALLEST, DEVIATIONS = 1.2, 4.0
#: Weeks that are looked at together: a change that one week doesn't show may show in three.
TOGETHER = 3
#: Standard deviation of a week beyond chance, at least.
LEAST_SD = 0.04
#: A fall of so few weeks is no season: readers who left for good stop being regular.
LEAVING_WEEKS = SEEN_WEEKS
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
    """Whole weeks, the oldest first: last day, regular readers, and how many of these came."""

    ends: Ints
    regulars: Floats
    came: Floats

    @property
    def shares(self) -> Floats:
        return self.came / np.maximum(self.regulars, 1)


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
    regulars, again = np.zeros(len(ends)), np.zeros(len(ends))
    for week in range(REGULAR_WEEKS, len(ends)):
        before = came[:, week - REGULAR_WEEKS : week]
        regular = before[:, -SEEN_WEEKS:].any(axis=1)
        regular &= before.sum(axis=1) >= REGULAR_VISITS
        regulars[week], again[week] = regular.sum(), (regular & came[:, week]).sum()
    return _Weeks(ends[REGULAR_WEEKS:], regulars[REGULAR_WEEKS:], again[REGULAR_WEEKS:])


@dataclass(frozen=True)
class _Comparison:
    """Weeks with the logarithm of their share over the usual, and 1, 0 or -1 for a change."""

    weeks: _Weeks
    logs: Floats
    flagged: Ints
    evidence: float


def _compare_weeks(weeks: _Weeks) -> _Comparison:
    shares = np.clip(weeks.shares, 1e-3, 1.0)
    logs, variances = np.zeros(len(shares)), np.zeros(len(shares))
    flagged = np.zeros(len(shares), dtype=np.int64)
    for week in range(len(shares)):
        before = np.flatnonzero(flagged[:week] == 0)[-USUAL_WEEKS:]
        if len(before) < FEW_WEEKS or weeks.regulars[week] < FEW_REGULARS:
            continue
        usual = float(np.median(shares[before]))
        spread = 1.4826 * float(np.median(np.abs(np.log(shares[before] / usual))))
        chance = (1 - usual) / (usual * weeks.regulars[week])
        logs[week] = np.log(shares[week] / usual)
        variances[week] = max(chance + LEAST_SD**2, spread**2)
        for together in range(1, TOGETHER + 1):
            some = slice(week - together + 1, week + 1)
            if week - together + 1 < 0 or not variances[some].all():
                break
            change = float(logs[some].mean())
            deviation = float(np.sqrt(variances[some].sum())) / together
            if abs(change) >= max(np.log(SMALLEST), DEVIATIONS * deviation):
                same = np.sign(logs[some]) == np.sign(change)
                flagged[some][same] = int(np.sign(change))
                break
    changed = flagged != 0
    evidence = float(np.sum(logs[changed] ** 2 / variances[changed]))
    return _Comparison(weeks, logs, flagged, evidence)


def _describe_season(
    log: VisitLog, compared: _Comparison, flagged: tuple[int, int], until: int
) -> Season:
    first, last = flagged
    ends = compared.weeks.ends
    ratio = float(np.exp(np.mean(compared.logs[first : last + 1])))
    begins = _find_border(log, int(ends[first]) - 6, ratio)
    if last == len(ends) - 1:
        return Season(begins, until, ratio, is_open=True)
    over = _find_border(log, int(ends[last]) + 1, 1 / ratio) - 1
    left = ratio < 1 and last - first < LEAVING_WEEKS + 1 and _did_leave(compared, flagged, ratio)
    return Season(begins, max(begins, over), ratio, is_open=False, left=left)


def _did_leave(compared: _Comparison, flagged: tuple[int, int], ratio: float) -> bool:
    """Return whether as many fewer came after a short fall as within it: they left for good."""
    first, last = flagged
    before = compared.weeks.came[max(0, first - USUAL_WEEKS) : first]
    after = compared.weeks.came[last + 1 : last + 1 + FEW_WEEKS]
    return bool(np.median(after) < (1 + ratio) / 2 * np.median(before))


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
