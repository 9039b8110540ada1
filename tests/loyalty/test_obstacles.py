"""Where nothing can be said there is a sentence, never a figure."""

import datetime

import numpy as np
import pytest

from cx_feedback.loyalty import services
from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.model.clock_errors import ClockError, find_clock_errors
from cx_feedback.loyalty.model.counting_gaps import CountingGap, find_gaps
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.reports.insufficient_data import find_obstacle
from cx_feedback.loyalty.site_settings import LoyaltySettings
from tests.loyalty.conftest import END, bring, weeks_before

API = "/feedback/api/v1/loyalty/"
SCREEN = "/admin/cx-feedback/loyalty/"


def bring_weekly(days_out=(), readers=200, weeks=20):
    """Readers of every week on a day of their own, but for days so many before the end."""
    bring(
        (f"w{n}", END - datetime.timedelta(days=7 * week + n % 7))
        for n in range(readers)
        for week in range(weeks)
        if 7 * week + n % 7 not in days_out
    )


def assert_no_figure(client, words):
    """Assert that screen and REST say these words and give no number of returns."""
    html = client.get(SCREEN).content.decode()
    assert words in html
    assert "19 times out of 20" not in html
    assert html.count("<strong>–</strong>") == 3
    found = client.get(API).json()
    assert found["expected_returns"] is None
    assert words in " ".join(found["doubts"])


@pytest.mark.django_db
def test_all_readers_of_one_day(admin_client):
    bring((f"r{n}", END) for n in range(80))
    services.score_readers(as_of=END)
    assert_no_figure(admin_client, "All visits are of one day, March 1, 2026, so nobody can have")


@pytest.mark.django_db
def test_all_readers_of_one_week(admin_client):
    bring((f"r{n}", END - datetime.timedelta(days=n % 5)) for n in range(80))
    services.score_readers(as_of=END)
    assert_no_figure(admin_client, "All visits are of one week, that of Feb. 25, 2026")


@pytest.mark.django_db
def test_counting_that_stopped(admin_client):
    bring_weekly(days_out=range(5))
    services.score_readers(as_of=END)
    assert_no_figure(admin_client, "As long as no visits are counted")


@pytest.mark.django_db
def test_a_log_with_holes(admin_client):
    bring_weekly(days_out=[*range(2, 9), *range(12, 20)])
    services.score_readers(as_of=END)
    assert_no_figure(admin_client, "Visits were counted on 13 of the last 28 days only")


@pytest.mark.django_db
def test_one_short_hole_leaves_the_figures(admin_client):
    bring_weekly(days_out=range(10, 14))
    fit = services.score_readers(as_of=END).fit
    assert find_obstacle(fit) == ""
    html = admin_client.get(SCREEN).content.decode()
    assert "19 times out of 20" in html
    assert "No visits were counted from Feb. 16, 2026 to Feb. 19, 2026" in html
    assert admin_client.get(API).json()["changes"] == [
        "No visits were counted from Feb. 16, 2026 to Feb. 19, 2026. These days are held against "
        "nobody."
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("wrong_by", [7, -7])
def test_a_clock_that_was_wrong_for_a_week(admin_client, wrong_by):
    bring_weekly(days_out=range(7, 14), readers=210, weeks=16)
    # The visits of these days, of the same readers and of others, at a wrong time.
    bring((f"w{n}", END - datetime.timedelta(days=7 + (n + 1) % 7 - wrong_by)) for n in range(210))
    fit = services.score_readers(as_of=END).fit
    (error,) = ClockError.from_rows(fit.clock_errors)
    today = get_day_number(END)
    assert error.gap == CountingGap(today - 13, today - 7)
    assert error.first == today - 13 + wrong_by
    assert_no_figure(admin_client, "A clock seems to have been wrong: no visits are noted from")


@pytest.mark.django_db
def test_marked_days_that_cover_everything(admin_client):
    bring_weekly()
    services.score_readers(as_of=END)
    LoyaltySettings.objects.create(
        uncounted_days=f"1999-01-01 to {weeks_before(4)}\n{weeks_before(5)} to {END}"
    )
    assert_no_figure(admin_client, "The days marked as not counted cover all visits")


@pytest.mark.django_db
def test_marked_days_that_cover_nearly_everything(admin_client):
    bring_weekly()
    LoyaltySettings.objects.create(
        uncounted_days=f"1999-01-01 to {END - datetime.timedelta(days=9)}"
    )
    services.score_readers(as_of=END)
    assert_no_figure(admin_client, "Visits were counted on 9 of the last 28 days only")
    assert Fit.objects.get().gaps


def test_a_gap_alone_and_a_busy_week_alone_are_no_wrong_clock():
    counts = np.random.default_rng(3).poisson(50, 140)
    counts[70:77] = 0
    gaps = find_gaps(0, counts)
    assert gaps == [CountingGap(70, 76)]
    assert find_clock_errors(0, counts, gaps) == []
    counts[100:107] *= 2
    assert find_clock_errors(0, counts, gaps) == []
    counts[77:84] *= 2
    assert find_clock_errors(0, counts, gaps) == [ClockError(77, 83, CountingGap(70, 76))]
