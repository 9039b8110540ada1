"""Seasons: found with their dates, weighed in absences, told from readers who left."""

import datetime

import numpy as np
import pytest

from cx_feedback.loyalty import selectors, services
from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.model import Cells, VisitLog
from cx_feedback.loyalty.model.counted_periods import CountedPeriods
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.model.seasons import Season, find_seasons
from cx_feedback.loyalty.models import Fit, Silence
from cx_feedback.loyalty.reports.site_changes import describe_changes, describe_season
from cx_feedback.loyalty.reports.trust import judge_trust
from cx_feedback.loyalty.scoring.recent_visits import load_recent_visits
from cx_feedback.loyalty.scoring.season_watch import get_open_season, get_seasons
from cx_feedback.readers.models import Reader
from tests.loyalty.conftest import END, bring, weeks_before

#: A Monday, and the last day of the drawn weeks.
FIRST, WEEKS = 7000, 36
LAST = FIRST + 7 * WEEKS - 1


def draw_log(*, readers=700, rates=None, leaves=None, days=range(7), seed=4):
    """Readers of different habits; ``rates`` by week, ``leaves`` is (week, share that leaves)."""
    rng = np.random.default_rng(seed)
    share = rng.beta(1.5, 2, readers)[:, None] * (np.ones(WEEKS) if rates is None else rates)
    came = rng.random((readers, WEEKS)) < np.minimum(share, 1)
    if leaves is not None:
        week, part = leaves
        came[: int(part * readers), week:] = False
    who, week = np.nonzero(came)
    day = rng.choice(list(days), len(who))
    return VisitLog.of(who, FIRST + 7 * week + day, 7)


def rates_of(first, last, rate):
    rates = np.ones(WEEKS)
    rates[first : last + 1] = rate
    return rates


@pytest.mark.parametrize("rate", [0.6, 1.4])
@pytest.mark.parametrize("late", [0, 3])
def test_a_season_is_found_with_its_dates(rate, late):
    log = draw_log(rates=rates_of(20, 26, rate))
    (found,) = find_seasons(log, LAST - late)
    assert abs(found.first - (FIRST + 140)) <= 4
    assert abs(found.last - (FIRST + 188)) <= 4
    assert (found.is_open, found.left) == (False, False)
    assert (found.ratio < 1) == (rate < 1)
    (during,) = find_seasons(log, FIRST + 7 * 24 + late)
    assert during.is_open
    assert during.last == FIRST + 7 * 24 + late


@pytest.mark.parametrize("rate", [0.6, 1.4])
def test_a_season_is_over_after_two_usual_weeks_and_leaves_no_other(rate):
    for seed in range(12):
        log = draw_log(rates=rates_of(18, 22, rate), seed=seed)
        for weeks in (2, 4, 8):
            (found,) = find_seasons(log, FIRST + 7 * (23 + weeks) - 1)
            assert not found.is_open
            assert (found.ratio < 1) == (rate < 1)
            assert abs(found.last - (FIRST + 7 * 23 - 1)) <= 7


def test_one_usual_week_ends_no_season():
    log = draw_log(rates=rates_of(18, 22, 0.6))
    (found,) = find_seasons(log, FIRST + 7 * 24 - 1)
    assert found.is_open


@pytest.mark.parametrize("quiet", ["usual", "sundays", "growth", "a wave", "weekly"])
def test_what_changes_no_habit_is_no_season(quiet):
    log = draw_log(days=[6] if quiet == "sundays" else range(7))
    readers, days = log.readers, log.days
    if quiet == "growth":  # readers begin at other times, ever more of them
        begins = FIRST + 7 * (WEEKS - np.random.default_rng(1).geometric(0.1, 700) % WEEKS)
        readers, days = readers[days >= begins[readers]], days[days >= begins[readers]]
    if quiet == "a wave":
        readers = np.append(readers, 1000 + np.arange(9000))
        days = np.append(days, np.full(9000, FIRST + 7 * 25))
    if quiet == "weekly":
        readers = np.repeat(np.arange(300), WEEKS)
        days = FIRST + 7 * np.tile(np.arange(WEEKS), 300) + readers % 7
    log = VisitLog.of(readers, days, 7)
    assert [find_seasons(log, LAST - late) for late in range(0, 70, 3)] == [[]] * 24


def test_many_who_leave_are_no_season():
    for seed in range(12):
        log = draw_log(leaves=(24, 0.4), seed=seed)
        (found,) = find_seasons(log, LAST)
        assert found.left
        assert abs(found.first - (FIRST + 7 * 24)) <= 5
    counted = CountedPeriods.of([], 7, [found])
    cells = Cells.of([(5, 20, 30, 1)])
    assert counted.adjust(cells, LAST // 7) == cells


def test_weeks_without_counting_are_no_season():
    log = draw_log(rates=rates_of(24, 25, 0.0))
    gap = CountingGap(FIRST + 7 * 24, FIRST + 7 * 26 - 1)
    assert find_seasons(log, LAST, [gap]) == []
    assert find_seasons(log, LAST) != []


def test_readers_of_a_wave_are_left_out():
    log = draw_log()
    many = draw_log(readers=3000, rates=np.r_[np.zeros(26), 1e9, np.full(9, 0.3)], seed=9)
    both = VisitLog.of(
        np.append(log.readers, 1000 + many.readers), np.append(log.days, many.days), 7
    )
    wave = (FIRST + 7 * 26, FIRST + 7 * 27 - 1)
    assert find_seasons(both, LAST) != []
    left = both.leave_out_newcomers([wave])
    assert set(left.readers.tolist()) >= set(log.readers[log.days < wave[0]].tolist())
    assert find_seasons(left, LAST) == []


def test_few_readers_and_short_histories_say_nothing():
    assert find_seasons(draw_log(readers=20, rates=rates_of(20, 26, 0.3)), LAST) == []
    assert find_seasons(draw_log(rates=rates_of(8, 12, 0.5)), FIRST + 7 * 11) == []
    assert find_seasons(VisitLog.of(np.empty(0, int), np.empty(0, int), 7), LAST) == []


def test_five_weeks_of_a_quiet_season_say_as_much_as_three():
    cells = Cells.of([(4, 10, 15, 1), (4, 10, 11, 1), (0, 0, 3, 1)])
    season = Season(7 * 91, 7 * 96 - 1, 0.6, is_open=True)  # the last five weeks of 95
    found = CountedPeriods.of([], 7, [season]).adjust(cells, 95)
    assert (found.n - found.t_x).tolist() == [3, 1, 2]
    assert found.t_x.tolist() == [10, 8, 0]


def test_a_busy_season_changes_no_absence():
    cells = Cells.of([(4, 10, 15, 1)])
    season = Season(7 * 91, 7 * 96 - 1, 1.4, is_open=True)
    assert CountedPeriods.of([], 7, [season]).adjust(cells, 95) == cells


def bring_season(*, quiet_weeks, share):
    """500 readers of three weeks in four, of whom ``share`` come in the last weeks."""
    rng = np.random.default_rng(8)
    bring(
        (f"r{n}", weeks_before(week) - datetime.timedelta(days=n % 7))
        for n in range(500)
        for week in range(26)
        if rng.random() < 0.75 * (share if week < quiet_weeks else 1)
    )


@pytest.mark.slow
@pytest.mark.django_db
def test_a_quiet_season_is_named_and_announces_fewer(heard, monkeypatch):
    bring_season(quiet_weeks=4, share=0.4)
    fit = services.score_readers(as_of=END).fit
    season = get_open_season(fit)
    assert season is not None
    assert abs(season.first - get_day_number(weeks_before(4)) - 1) <= 4
    (reason,) = [
        one for one in judge_trust(fit, selectors.get_check(fit)).reasons if "season" in one
    ]
    assert reason == describe_season(season)
    assert "A quiet season has begun" in reason
    assert "Feb. " in reason
    announced = services.announce_silences(as_of=END)
    Silence.objects.all().delete()
    Reader.objects.update(tier="")
    monkeypatch.setattr(services, "get_seasons", lambda **_kwargs: [])
    services.score_readers(as_of=END)
    assert services.announce_silences(as_of=END) > 1.5 * announced


@pytest.mark.slow
@pytest.mark.django_db
def test_readers_who_really_left_are_announced_all_the_same(heard):
    rng = np.random.default_rng(8)
    bring(
        (
            f"{'gone' if n < 200 else 'here'}-{n}",
            weeks_before(week) - datetime.timedelta(days=n % 7),
        )
        for n in range(500)
        for week in range(26)
        if rng.random() < 0.8 and (week >= 6 or n >= 200)
    )
    for weeks in range(6, -1, -1):
        services.score_readers(as_of=weeks_before(weeks), refit=weeks in (6, 3, 0))
        services.announce_silences(as_of=weeks_before(weeks))
    names = Reader.objects.in_bulk([found["reader_id"] for _name, found in heard])
    gone = sum(reader.external_id.startswith("gone") for reader in names.values())
    assert gone >= 190
    fit = selectors.get_newest_fit()
    (sentence,) = [one for one in describe_changes(fit) if "stayed away since" in one]
    assert "so it was no quiet season" in sentence


@pytest.mark.django_db
def test_a_season_that_is_over_is_remembered():
    bring_season(quiet_weeks=0, share=1)
    fit = services.score_readers(as_of=weeks_before(1)).fit
    old = Season(get_day_number(weeks_before(40)), get_day_number(weeks_before(30)), 0.5, False)
    Fit.objects.filter(pk=fit.pk).update(seasons=[old.as_row()])
    log = load_recent_visits(as_of=END, readers=500, programs=0)
    assert get_seasons(as_of=END, log=log, gaps=[]) == [old]
    assert get_open_season(services.score_readers(as_of=END).fit) is None
