"""The backtest: the past as if it were then, and what it can't say."""

import datetime
import io
import json

import pytest
from django.core.management import CommandError, call_command

from cx_feedback.loyalty import selectors, services
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.reports import expected_returns
from cx_feedback.loyalty.site_settings import LoyaltySettings
from cx_feedback.readers.models import VisitDay
from tests.loyalty.conftest import END, bring, weeks_before
from tests.shared_data import shared_file

pytestmark = pytest.mark.django_db


def run(first, last, *more):
    out = io.StringIO()
    call_command("cx_backtest_loyalty", "--from", str(first), "--to", str(last), *more, stdout=out)
    return out.getvalue()


def get_result(text):
    return json.loads(text.splitlines()[-1])


def test_the_last_line_is_the_result_and_a_second_run_says_the_same(magazine):
    text = run(weeks_before(10), weeks_before(4), "--step", "14")
    found = get_result(text)
    assert found["windows"] == len(found["rows"]) == 4
    assert found["held"] == sum(row["low"] <= row["came"] <= row["high"] for row in found["rows"])
    assert [row["as_of"] for row in found["rows"]] == [str(weeks_before(w)) for w in (10, 8, 6, 4)]
    row = found["rows"][0]
    known = {who for who, day in magazine if day <= weeks_before(10)}
    came = {who for who, day in magazine if weeks_before(10) < day <= weeks_before(6)}
    assert (row["readers"], row["came"]) == (len(known), len(known & came))
    assert "[4 of 4]" in text
    assert run(weeks_before(10), weeks_before(4), "--step", "14") == text
    assert not Fit.objects.exists()


def test_a_window_is_what_was_scored_on_that_day(magazine):
    as_of = weeks_before(6)
    (row,) = get_result(run(as_of, as_of))["rows"]
    fit = services.score_readers(as_of=as_of, history_only=True).fit
    assert row["readers"] == fit.readers
    assert row["expected"] == pytest.approx(fit.expected, abs=0.1)
    assert (row["low"], row["high"]) == pytest.approx(
        (fit.expected_low, fit.expected_high), abs=0.1
    )


def test_windows_that_are_not_over_are_left_out_with_the_reason(magazine):
    text = run(weeks_before(6), weeks_before(2), "--step", "14")
    assert get_result(text)["windows"] == 2
    assert f"{weeks_before(2)} left out. The visits end on " in text


@pytest.mark.parametrize(
    ("first", "last", "more", "message"),
    [
        (END, weeks_before(4), [], "--to must not lie before --from"),
        (weeks_before(6), END, ["--step", "0"], "at least 1 day"),
        (weeks_before(6), END, ["--horizon", "60"], "from 1 to 52"),
        (weeks_before(90), END, [], "nothing was known before"),
        (weeks_before(1), END, [], "before the 28 days after it are over"),
        (weeks_before(9), "2199-01-01", ["--step", "1"], "at most 1000"),
    ],
)
def test_what_cannot_be_compared_is_said(magazine, first, last, more, message):
    with pytest.raises(CommandError, match=message):
        run(first, last, *more)


def test_before_there_is_data_there_is_no_figure():
    with pytest.raises(CommandError, match="No visit is known yet"):
        run(weeks_before(8), END)


def test_all_readers_in_one_day_are_no_history():
    bring([(f"r{n}", weeks_before(20)) for n in range(300)])
    with pytest.raises(CommandError, match="All visits are of one day, "):
        run(weeks_before(8), END)


def test_marked_days_that_cover_everything_leave_no_window(magazine):
    LoyaltySettings.objects.create(uncounted_days=f"1999-01-01 to {END}")
    with pytest.raises(CommandError, match="No visits were counted from 1999-01-01 to "):
        run(weeks_before(10), weeks_before(4), "--step", "14")


def test_a_log_with_a_hole_has_no_figure_for_the_windows_that_touch_it(magazine):
    first, last = weeks_before(6), weeks_before(4)
    VisitDay.objects.filter(day__gt=first, day__lte=last).delete()
    text = run(weeks_before(12), weeks_before(4), "--step", "14")
    begins = first + datetime.timedelta(days=1)
    assert f"No visits were counted from {begins} to {last}." in text
    found = get_result(text)
    assert [row["as_of"] for row in found["rows"]] == [str(weeks_before(w)) for w in (12, 10, 4)]
    with pytest.raises(CommandError, match="No visits were counted from"):
        run(weeks_before(8), weeks_before(8))


def test_the_screen_shows_what_past_days_would_have_said(magazine, admin_client):
    fit = services.score_readers(as_of=END).fit
    rolled = expected_returns.get_expectations(fit)
    assert [one.as_of for one in rolled[:-1]] == [weeks_before(w) for w in (24, 20, 16, 12, 8, 4)]
    assert rolled[-1].as_of == END
    assert rolled[-1].returned is None
    (row,) = get_result(run(weeks_before(8), weeks_before(8)))["rows"]
    shown = rolled[4]
    assert (row["came"], row["expected"]) == (shown.returned, round(shown.expected, 1))
    assert selectors.get_newest_fit().past_ranges[0]["came"] == rolled[0].returned
    html = admin_client.get("/admin/cx-feedback/loyalty/").content.decode()
    held = sum(bool(one.held) for one in rolled)
    assert f"In {held} of 6 forecasts" in html


@pytest.mark.slow
@pytest.mark.parametrize(
    ("log", "first", "last", "least"),
    [
        ("college_log.csv", "2004-06-18", "2004-09-28", 0.75),
        ("grocery_log.csv", "2006-08-31", "2007-12-02", 0.9),
        ("cdnow_master.txt", "1997-07-01", "1998-06-02", 0.9),
    ],
)
def test_ranges_of_real_logs_hold(log, first, last, least):
    call_command("cx_import_activity", str(shared_file(log)), stdout=io.StringIO())
    found = get_result(run(first, last, "--step", "14"))
    assert found["held"] / found["windows"] >= least
