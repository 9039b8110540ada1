"""Waves of newcomers: found by their weeks, and forecast apart from the usual readers."""

import numpy as np
import pytest

from cx_feedback.loyalty import services
from cx_feedback.loyalty.model import Cells, Forecaster, Parameters, VisitLog
from cx_feedback.loyalty.model.newcomer_waves import NewcomerWave, find_waves, number_waves
from cx_feedback.loyalty.model.simulation import simulate_visits
from cx_feedback.loyalty.model.wave_fit import fit_wave
from cx_feedback.loyalty.models import CellScore
from cx_feedback.loyalty.scoring.training import get_reusable_training
from tests.loyalty.conftest import END, bring, weeks_before

TRUTH = Parameters(1.2, 1.6, 0.6, 6.0)


def find(*newcomers, begins=0):
    weeks = np.arange(begins, begins + len(newcomers))
    return find_waves(weeks, newcomers)


@pytest.mark.parametrize(
    ("newcomers", "waves"),
    [
        ([100] * 12, []),
        ([100] * 8 + [900] + [100] * 3, [(8, 8)]),
        ([100] * 8 + [900, 700] + [100] * 3, [(8, 9)]),
        ([100] * 8 + [250] + [100] * 3, []),  # not three times as many
        ([100] * 60 + [400], []),  # less than a fifth of all who are known
        ([2] * 8 + [90], []),  # too few readers
        ([100, 100, 100, 900], []),  # too young a site to know what is usual
        ([int(100 * 1.5**week) for week in range(14)], []),  # growth
        ([100] * 8 + [2000] * 8, [(8, 11)]),  # what goes on is usual
        ([], []),
    ],
)
def test_a_wave_is_a_week_with_far_more_newcomers_than_any_lately(newcomers, waves):
    assert find(*newcomers) == [NewcomerWave(*ends) for ends in waves]


def test_a_wave_that_is_known_on_a_day_is_known_on_all_later_ones():
    newcomers = [50, 80, 60, 70, 90, 900, 800, 60, 3000, 70, 60, 9000, 50]
    for week in range(len(newcomers)):
        known = [wave for wave in find(*newcomers) if wave.last < week]
        assert [wave for wave in find(*newcomers[:week]) if wave in known] == known


def test_a_sample_finds_the_same_wave():
    weeks = np.arange(9)
    assert find_waves(weeks, [10] * 8 + [90], one_in=10) == [NewcomerWave(8, 8)]
    assert find_waves(weeks, [10] * 8 + [90]) == []


def test_readers_have_the_number_of_their_wave():
    waves = [NewcomerWave(8, 9), NewcomerWave(20, 20)]
    assert number_waves(np.array([7, 8, 9, 10, 20]), waves).tolist() == [0, 1, 1, 0, 2]


def test_before_anything_is_known_of_a_wave_it_is_doubtful():
    nothing = Cells.of([(0, 0, 0, 5000)])
    found = fit_wave(nothing, TRUTH)
    assert found.parameters.alpha == pytest.approx(TRUTH.alpha / 2)
    assert found.parameters.gamma == pytest.approx(TRUTH.gamma * 2)
    assert np.diag(found.covariance) == pytest.approx(np.ones(4), rel=1e-3)


def draw_wave(seed, usual=1500, wave=6000, once=0.8, at=14, weeks=24):
    """Return a log in which a wave of readers, most of whom come once, begins in one week.

    Nobody else comes for the first time in that week: they would count to the wave.
    """
    rng = np.random.default_rng(seed)
    who, days = [], []
    for first, begins, share in (
        (0, rng.choice(np.delete(np.arange(weeks), at), usual), 0.0),
        (usual, np.full(wave, at), once),
    ):
        came = simulate_visits(TRUTH, len(begins), weeks, rng)
        came[rng.random(len(begins)) < share, 1:] = False
        readers, after = np.nonzero(came)
        week = begins[readers] + after
        seen = week < weeks
        who.append(first + readers[seen])
        days.append(7 * week[seen] + rng.integers(0, 7, int(seen.sum())))
    return VisitLog.of(np.concatenate(who), np.concatenate(days), 7)


def test_a_wave_of_readers_who_come_once_spoils_no_forecast():
    log = draw_wave(3)
    forecaster = Forecaster(log, 28)
    on_its_sunday = forecaster.forecast(7 * 15 - 1)
    assert on_its_sunday.held
    assert on_its_sunday.expected < 3 * on_its_sunday.came
    for week in range(16, 21):
        later = forecaster.forecast(7 * week - 1)
        assert later.held
        assert 0.8 < later.expected / later.came < 1.25, week


def test_the_usual_readers_are_told_the_same_as_without_the_wave():
    log, day = draw_wave(4), 7 * 20 - 1
    without = Forecaster(log.select(np.arange(1500)), 28)
    cells, _came = Forecaster(log, 28).count_outcomes(day)
    usual, _came = without.count_outcomes(day)
    said = Forecaster(log, 28).get_scorer(day).p_return(cells)[cells.wave == 0]
    assert said == pytest.approx(without.get_scorer(day).p_return(usual), rel=1e-3)


def test_a_forecast_knows_nothing_of_a_wave_that_comes_later():
    log = draw_wave(5)
    for day in (7 * 14 - 1, 7 * 14 + 3):
        early = log.days <= day
        known = VisitLog(log.readers[early], log.days[early], 7)
        found, then = (Forecaster(one, 28).forecast(day) for one in (log, known))
        assert (found.expected, found.low, found.high) == (then.expected, then.low, then.high)


@pytest.mark.django_db
def test_scores_and_fits_keep_the_wave_apart(magazine):
    before = services.score_readers(as_of=weeks_before(1)).fit
    assert before.waves == []
    bring((f"wave-{n}", weeks_before(0)) for n in range(1200))
    fit = services.score_readers(as_of=END).fit
    (wave,) = fit.waves
    assert wave["first"] == wave["last"]
    newcomers = CellScore.objects.get(fit=fit, n=0, x=0)
    assert newcomers.readers >= 1200
    usual = before.scorer.p_return(Cells.of([(0, 0, 0, 1)]))[0]
    assert newcomers.p_return < 0.8 * usual
    cells = Cells(*(np.array([value]) for value in (0, 0, 0, 1200)), wave=np.array([1]))
    assert fit.scorer.p_return(cells)[0] == pytest.approx(newcomers.p_return)
    assert fit.alpha == pytest.approx(before.alpha, rel=0.3)


@pytest.mark.django_db
def test_while_a_wave_is_young_each_night_learns_anew(magazine):
    bring((f"wave-{n}", weeks_before(0)) for n in range(1200))
    first = services.score_readers(as_of=END).fit
    waves = NewcomerWave.from_rows([(row["first"], row["last"]) for row in first.waves])
    request = {"as_of": END, "period": "week", "horizon_weeks": 4}
    assert get_reusable_training(**request, waves=waves) is None
    assert get_reusable_training(**request) is None  # learnt with another wave
    first.waves = []
    first.save()
    assert get_reusable_training(**request) is not None
