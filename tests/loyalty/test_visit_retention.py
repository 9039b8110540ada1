"""Visit days go after the time that the site sets; figures, fits and scores stay."""

import datetime
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cx_feedback.loyalty import services
from cx_feedback.loyalty.effects.experiments import measure_experiments
from cx_feedback.loyalty.models import CellScore, CohortMonth, Experiment
from cx_feedback.loyalty.reports import expected_returns
from cx_feedback.loyalty.reports.cohorts import measure_cohorts
from cx_feedback.loyalty.scoring.history_queries import DaysDeleted, count_cells
from cx_feedback.loyalty.scoring.visit_log_loading import load_visit_log
from cx_feedback.readers.models import PastVisits, Reader, VisitDay
from cx_feedback.readers.privacy.consents import object_to_scoring
from cx_feedback.readers.services import count_day, rebuild_figures
from cx_feedback.readers.visits.visit_retention import fold_old_visits, get_last_deleted_day
from tests.loyalty.conftest import END, bring, weeks_before

pytestmark = pytest.mark.django_db

#: Twelve weeks of 26 stay.
KEPT_WEEKS = 12


@pytest.fixture
def keep(settings):
    """Fold as if it were the day after ``END`` and only so many weeks were kept."""

    def fold(weeks=KEPT_WEEKS):
        settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "VISIT_DAYS": 182}
        day = weeks_before(weeks) + datetime.timedelta(days=182)
        now = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
        return fold_old_visits(now=now)

    return fold


def get_figures():
    names = ("pk", "first_period", "last_period", "active_periods", "last_day", "tier")
    return sorted(Reader.objects.values_list(*names))


def get_scores(fit):
    return sorted(CellScore.objects.filter(fit=fit).values_list("x", "t_x", "n", "readers", "tier"))


def test_by_default_every_day_stays(magazine):
    days = VisitDay.objects.count()
    assert fold_old_visits(now=timezone.now() + datetime.timedelta(days=9999)) == 0
    assert VisitDay.objects.count() == days


def test_old_days_go_and_counts_of_them_stay(magazine, keep):
    reader = Reader.objects.filter(active_periods__gt=6).order_by("first_period").first()
    days = sorted(reader.visit_days.values_list("day", flat=True))
    assert keep() > 0
    deleted = get_last_deleted_day()
    assert deleted == weeks_before(KEPT_WEEKS + 1)  # a Sunday; the week of the cutoff stays
    assert not VisitDay.objects.filter(day__lte=deleted).exists()
    gone = [day for day in days if day <= deleted]
    past = reader.past_visits
    assert (past.first_day, past.last_day, past.days) == (gone[0], gone[-1], len(gone))
    assert past.weeks == len({day.isocalendar()[:2] for day in gone})
    assert keep() == 0


def test_the_fit_before_and_after_is_the_same(magazine, keep):
    before = services.score_readers(as_of=END).fit
    scores, figures = get_scores(before), get_figures()
    keep()
    rebuild_figures(reader_ids=list(Reader.objects.values_list("pk", flat=True)))
    assert get_figures() == figures
    before.delete()
    after = services.score_readers(as_of=END).fit
    for name in ("alpha", "beta", "gamma", "delta", "log_likelihood", "readers", "cells"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), rel=1e-9), name
    assert [row[:4] for row in get_scores(after)] == [row[:4] for row in scores]
    # What is learnt of past windows is of fewer of them.
    assert after.expected == pytest.approx(before.expected, rel=0.1)
    assert 0 < len(after.past_ranges) < len(before.past_ranges)


def test_windows_that_are_kept_are_the_same_to_the_reader(magazine, keep):
    day = weeks_before(4)
    number = (day - datetime.date(1970, 1, 5)).days
    whole = load_visit_log(until=END).count_outcomes(number, 28)
    keep()
    log = load_visit_log(until=END)
    kept = log.count_outcomes(number, 28)
    for name in ("x", "t_x", "n", "readers"):
        assert (getattr(kept[0], name) == getattr(whole[0], name)).all(), name
    assert (kept[1] == whole[1]).all()
    assert sorted(zip(*log.get_first_days(), strict=True)) == sorted(
        (r.pk, (min(d for w, d in magazine if w == r.external_id) - datetime.date(1970, 1, 5)).days)
        for r in Reader.objects.exclude(last_day=None)
    )


def test_who_came_since_is_counted_with_the_past(magazine, keep):
    as_of = weeks_before(3)
    before = count_cells(as_of)
    keep()
    after = count_cells(as_of)

    def rows(cells):
        return sorted(
            zip(cells.x.tolist(), cells.t_x.tolist(), cells.n.tolist(), cells.readers.tolist(),
                strict=True)
        )  # fmt: skip

    assert rows(after) == rows(before)


def test_who_came_only_long_ago_and_again_today_is_no_newcomer(keep):
    bring([("old", weeks_before(20)), *((f"r{n}", weeks_before(2)) for n in range(5))])
    keep()
    reader = Reader.objects.get(external_id="old")
    count_day(reader=reader, day=END)
    cells = count_cells(weeks_before(1))
    assert (cells.n.max(), cells.total) == (19, 6)
    assert Reader.objects.get(pk=reader.pk).active_periods == 2


def test_a_day_that_was_counted_is_not_counted_again(magazine, keep):
    figures = get_figures()
    keep()
    bring(magazine)
    rebuild_figures(reader_ids=list(Reader.objects.values_list("pk", flat=True)))
    assert get_figures() == figures
    past = PastVisits.objects.select_related("reader").first()
    count_day(reader=past.reader, day=past.first_day)
    assert get_figures() == figures


def test_a_second_fold_adds_to_the_first(magazine, keep):
    keep(KEPT_WEEKS + 6)
    keep(KEPT_WEEKS)
    twice = sorted(PastVisits.objects.values_list("reader__external_id", "days", "weeks"))
    figures = get_figures()
    rebuild_figures(reader_ids=list(Reader.objects.values_list("pk", flat=True)))
    assert get_figures() == figures
    deleted = get_last_deleted_day()
    by_reader = {}
    for who, day in magazine:
        if day <= deleted:
            by_reader.setdefault(who, set()).add(day)
    assert [(who, n) for who, n, _weeks in twice] == sorted(
        (who, len(days)) for who, days in by_reader.items()
    )


def test_by_days_the_figures_are_those_of_days(magazine, keep, settings):
    keep()
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "PERIOD": "day"}
    rebuild_figures(reader_ids=list(Reader.objects.values_list("pk", flat=True)))
    counted = dict(Reader.objects.values_list("external_id", "active_periods"))
    wanted = {}
    for who, day in magazine:
        wanted.setdefault(who, set()).add(day)
    assert counted == {who: len(days) for who, days in wanted.items()}


def test_days_before_cannot_be_scored_or_compared_and_that_is_said(magazine, keep):
    keep()
    early = weeks_before(KEPT_WEEKS + 4)
    with pytest.raises(DaysDeleted, match="because the site keeps them no longer"):
        services.score_readers(as_of=early)
    with pytest.raises(CommandError, match=f"Visit days up to {get_last_deleted_day()} were"):
        call_command("cx_backtest_loyalty", "--from", str(early), "--to", str(END))


@pytest.mark.parametrize(("weeks", "is_checked"), [(4, True), (8, True), (16, False), (40, False)])
def test_a_horizon_longer_than_what_is_kept_is_not_checked(magazine, keep, weeks, is_checked):
    keep()
    fit = services.score_readers(as_of=END, horizon_weeks=weeks).fit
    assert bool(fit.check_result) is is_checked


def test_a_backtest_of_the_time_that_is_kept_says_the_same_readers_and_returns(magazine, keep):
    def run():
        out = io.StringIO()
        day = str(weeks_before(5))
        call_command("cx_backtest_loyalty", "--from", day, "--to", day, stdout=out)
        (row,) = json.loads(out.getvalue().splitlines()[-1])["rows"]
        return row

    before = run()
    keep()
    after = run()
    assert (after["readers"], after["came"]) == (before["readers"], before["came"])
    assert after["expected"] == pytest.approx(before["expected"], rel=0.15)


def test_expected_over_came_counts_who_was_known_long_ago(magazine, keep):
    as_of = weeks_before(KEPT_WEEKS - 2)
    end = as_of + datetime.timedelta(days=28)
    before = expected_returns._count_returned(as_of, end)
    keep()
    assert expected_returns._count_returned(as_of, end) == before


def test_months_of_cohorts_stay_as_they_were_counted(magazine, keep):
    measure_cohorts(as_of=END)
    rows = sorted(CohortMonth.objects.values_list("month", "offset", "readers", "active"))
    keep()
    measure_cohorts(as_of=END)
    assert sorted(CohortMonth.objects.values_list("month", "offset", "readers", "active")) == rows


def test_an_experiment_of_deleted_days_stays_as_it_was_counted(magazine, keep):
    row = Experiment.objects.create(
        rule_id=7, percent=10, since=weeks_before(20), as_of=weeks_before(10), horizon_weeks=4,
        written=500, written_returned=90, held=50, held_returned=5,
    )  # fmt: skip
    keep()
    measure_experiments(as_of=END)
    assert Experiment.objects.get(pk=row.pk).written_returned == 90


def test_an_objection_deletes_the_counts_too(magazine, keep):
    keep()
    reader = PastVisits.objects.select_related("reader").first().reader
    object_to_scoring(reader=reader, wording="No.")
    assert not PastVisits.objects.filter(reader=reader).exists()
    rebuild_figures(reader_ids=[reader.pk])
    reader.refresh_from_db()
    assert (reader.first_period, reader.active_periods) == (None, 0)


@pytest.mark.parametrize("days", [-1, 30, 181, True, "365"])
def test_a_time_too_short_to_learn_from_is_refused(settings, days):
    from cx_feedback.core.settings.settings_list import SETTINGS

    (setting,) = [one for one in SETTINGS if one.name == "VISIT_DAYS"]
    assert setting.check(days)
    assert setting.check(0) is None
    assert setting.check(365) is None
