"""What the model is for, on the people of CDNOW: who is leaving while still seen, and when."""

import datetime
from collections import Counter, defaultdict

import numpy as np
import pytest

from cx_feedback.loyalty.model import Cells, fit_model, p_return
from cx_feedback.loyalty.model.holdout import compute_auc, measure_accuracy
from cx_feedback.loyalty.reports.detection_delay import get_days_until_at_risk
from cx_feedback.loyalty.scoring.history_queries import get_elapsed_share
from cx_feedback.loyalty.scoring.tier_rules import TierBorders, get_remaining_share
from cx_feedback.readers.periods import get_period
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
    periods = {get_period(day) for day in days if day <= as_of}
    return len(periods) - 1, max(periods) - min(periods), get_period(as_of) - min(periods)


def cells_of(rows, as_of):
    return Cells.of(((*cell, n) for cell, n in rows.items()), elapsed=get_elapsed_share(as_of))


@pytest.fixture(scope="module")
def fitted(people):
    return fit_model(cells_of(Counter(history(days, DAY) for days in people), DAY)).parameters


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
    said = p_return(fitted, Cells(x, t_x, n, ones, get_elapsed_share(DAY)), 90 / 7)
    came = np.array(back, dtype=np.int64)
    model, recency = (
        compute_auc(said, ones, came),
        compute_auc(-np.array(silent, dtype=float), ones, came),
    )
    assert 500 < len(known) < 900
    assert model >= recency + 0.15


def test_the_model_alone_holds_the_goals_without_a_choice_made_after_the_fact(people, fitted):
    """Back within 30 days, by what is said of 4 weeks, without any recalibration."""
    until = DAY + datetime.timedelta(days=30)
    readers, came = Counter(), Counter()
    for days in people:
        row = history(days, DAY)
        readers[row] += 1
        came[row] += any(DAY < day <= until for day in days)
    cells = cells_of(readers, DAY)
    returned = np.array([came[row] for row in readers])
    found = measure_accuracy(p_return(fitted, cells, WEEKS), cells.readers, returned)
    assert found.auc >= 0.811
    assert found.ece <= 0.012


def test_the_longer_somebody_stays_away_as_a_habit_the_later_they_are_missed(people, fitted):
    """Of those with 5 returns or more, by weeks between visits; docs/explanation/loyalty.md."""
    rows = Counter(history(days, DAY)[:2] for days in people)
    found = []
    for low, high in ((1, 1.5), (1.5, 2), (2, 3), (3, 5), (5, 8)):
        days = [
            missed
            for (x, t_x), n in rows.items()
            if x >= 5 and low <= t_x / x < high
            for missed in [
                get_days_until_at_risk(fitted, x, 7 * t_x, TierBorders.from_settings(), WEEKS)
            ]
            * n
        ]
        found.append(float(np.median(days)))
    assert found == [29, 37, 50, 62, 73]


@pytest.fixture(scope="module")
def alarms(people, fitted):
    """Alarms of the first quarter of 1998, looked for each Sunday: ours, and after 30 days.

    Each is (days between two visits, days silent, whether they stayed away for 90 days more).
    """
    ours, rule = [], []
    told, told_by_rule = set(), set()
    again = [days for days in people if len(days) > 1]
    sundays = [datetime.date(1997, 12, 28) + datetime.timedelta(weeks=week) for week in range(14)]
    for sunday in sundays:
        rows = {}
        for who, days in enumerate(again):
            known = [day for day in days if day <= sunday]
            if known and (row := history(known, sunday))[0] >= 1:
                rows[who] = (row, max(known), (max(known) - min(known)).days / (len(known) - 1))
        x, t_x, n = np.array([row for row, _, _ in rows.values()]).T
        left = get_remaining_share(
            fitted, Cells(x, t_x, n, np.ones_like(x), get_elapsed_share(sunday)), WEEKS
        )
        until = sunday + datetime.timedelta(days=90)
        for share, (who, (_, last, gap)) in zip(left, rows.items(), strict=True):
            silent = (sunday - last).days
            for is_missed, known, found in (
                (share < TierBorders.from_settings().at_risk, told, ours),
                (silent >= 30, told_by_rule, rule),
            ):
                if is_missed and (who, last) not in known:
                    known.add((who, last))
                    if sunday != sundays[0]:  # what had been silent before is no news
                        away = not any(sunday < day <= until for day in again[who])
                        found.append((gap, silent, away))
    return np.array(ours), np.array(rule)


@pytest.mark.slow
def test_fewer_false_alarms_than_by_a_rule_of_30_days(alarms):
    """Of all with a return, then by days between two visits; docs/explanation/loyalty.md."""
    found = []
    for low, high in ((0, 1000), (0, 14), (14, 21), (21, 35), (35, 56), (56, 1000)):
        for alarmed in alarms:
            some = alarmed[(alarmed[:, 0] >= low) & (alarmed[:, 0] < high)]
            found.append((len(some), float(round(some[:, 2].mean(), 2))))
    assert list(zip(found[::2], found[1::2], strict=True)) == [
        ((2710, 0.62), (3880, 0.53)),
        ((13, 0.23), (24, 0.04)),
        ((45, 0.36), (69, 0.20)),
        ((187, 0.36), (358, 0.24)),
        ((400, 0.48), (648, 0.36)),
        ((2065, 0.67), (2781, 0.62)),
    ]
