"""What the model is for, on the people of CDNOW: who is leaving while still seen, and when."""

import datetime
from collections import Counter, defaultdict

import numpy as np
import pytest

from cx_feedback.loyalty.histories import elapsed_of
from cx_feedback.loyalty.model import Cells, fit, p_return
from cx_feedback.loyalty.model.holdout import auc
from cx_feedback.loyalty.tiers import Borders, share_left
from cx_feedback.readers.periods import period_of
from tests.shared_data import shared_file

DAY = datetime.date(1997, 12, 31)
#: Weeks within which a return counts.
WEEKS = 4


@pytest.fixture(scope="module")
def people():
    """Days on which each of the 23,570 people bought."""
    days = defaultdict(set)
    for line in shared_file("cdnow_master.txt").read_text().splitlines()[1:]:
        who, when, *_rest = line.split()
        days[who].add(datetime.datetime.strptime(when, "%Y%m%d").date())
    return list(days.values())


def history(days, as_of):
    periods = {period_of(day) for day in days if day <= as_of}
    return len(periods) - 1, max(periods) - min(periods), period_of(as_of) - min(periods)


def cells_of(rows, as_of):
    return Cells.of(((*cell, n) for cell, n in rows.items()), elapsed=elapsed_of(as_of))


@pytest.fixture(scope="module")
def fitted(people):
    return fit(cells_of(Counter(history(days, DAY) for days in people), DAY)).parameters


def test_early_silent_lapse_is_seen_where_recency_is_blind(people, fitted):
    """At least 2 returns, seen within 14 days; back within 90."""
    until = DAY + datetime.timedelta(days=90)
    known, silent, back = [], [], []
    for days in people:
        row = history(days, DAY)
        last = max(day for day in days if day <= DAY)
        if row[0] >= 2 and (DAY - last).days <= 14:
            known.append(row)
            silent.append((DAY - last).days)
            back.append(any(DAY < day <= until for day in days))
    x, t_x, n = np.array(known).T
    ones = np.ones(len(known), dtype=np.int64)
    said = p_return(fitted, Cells(x, t_x, n, ones, elapsed_of(DAY)), 90 / 7)
    came = np.array(back, dtype=np.int64)
    model, recency = auc(said, ones, came), auc(-np.array(silent, dtype=float), ones, came)
    assert 500 < len(known) < 900
    assert model >= recency + 0.15


def days_until_missed(x, t_x, fitted):
    """Return the days of silence after which somebody is at risk, by whole weeks."""
    weeks = np.arange(1, 60)
    same = np.ones_like(weeks)
    cells = Cells(same * x, same * t_x, t_x + weeks, same)
    left = share_left(fitted, cells, WEEKS)
    return 7 * int(weeks[np.argmax(left < Borders().at_risk)])


def test_the_longer_somebody_stays_away_as_a_habit_the_later_they_are_missed(people, fitted):
    """Of those with 5 returns or more, by their weeks between two visits; docs/loyalty.md."""
    rows = Counter(history(days, DAY)[:2] for days in people)
    found = []
    for low, high in ((1, 1.5), (1.5, 2), (2, 3), (3, 5), (5, 8)):
        days = [
            missed
            for (x, t_x), n in rows.items()
            if x >= 5 and low <= t_x / x < high
            for missed in [days_until_missed(x, t_x, fitted)] * n
        ]
        found.append(float(np.median(days)))
    assert found == [42, 56, 77, 105, 133]
