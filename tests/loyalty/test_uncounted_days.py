"""Days on which no visits were counted: found, marked, held against nobody."""

import datetime

import numpy as np
import pytest
from django.core.exceptions import ValidationError

from cx_feedback.core.errors import FeedbackError
from cx_feedback.loyalty import services
from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.marked_days import parse_marked_days
from cx_feedback.loyalty.model import Cells
from cx_feedback.loyalty.model.counted_periods import CountedPeriods
from cx_feedback.loyalty.model.counting_gaps import CountingGap, find_gaps
from cx_feedback.loyalty.models import Fit, Silence
from cx_feedback.loyalty.scoring.uncounted_days import (
    get_day,
    get_marked_gaps,
    get_open_gap,
    merge_gaps,
)
from cx_feedback.loyalty.site_settings import LoyaltySettings
from cx_feedback.readers.models import Reader
from cx_feedback.readers.periods import EARLIEST
from tests.loyalty.conftest import END, bring, weeks_before

FIRST = 70  # a Monday


def draw_counts(days, mean=60, seed=2):
    return np.random.default_rng(seed).poisson(mean, days)


def test_days_without_anybody_are_found_with_their_dates():
    counts = draw_counts(120)
    counts[50:60] = 0
    assert find_gaps(FIRST, counts) == [CountingGap(FIRST + 50, FIRST + 59)]


@pytest.mark.parametrize("quiet", ["a day off", "two days at christmas", "a season", "too few"])
def test_what_has_another_reason_is_no_gap(quiet):
    counts = draw_counts(120, mean=2 if quiet == "too few" else 60)
    if quiet == "a day off":
        counts[50] = 0
    elif quiet == "two days at christmas":
        counts[50:52] = 0
    elif quiet == "a season":
        counts[50:] = draw_counts(70, mean=3)
    else:
        counts[50:57] = 0
    assert find_gaps(FIRST, counts) == []


def test_a_site_that_is_read_on_sundays_alone_has_no_gaps_but_may_get_one():
    counts = np.zeros(140, dtype=np.int64)
    counts[6::7] = 90
    assert find_gaps(FIRST, counts) == []
    counts[90:] = 0  # the last Sundays too
    ((found),) = find_gaps(FIRST, counts)
    assert (found.first, found.last) == (FIRST + 90, FIRST + 139)


def test_a_gap_that_goes_on_is_found_on_its_first_day():
    counts = draw_counts(80)
    counts[-1] = 0
    assert find_gaps(FIRST, counts) == [CountingGap(FIRST + 79, FIRST + 79)]


def test_gaps_that_overlap_or_adjoin_are_one():
    parts = [[CountingGap(5, 9)], [CountingGap(1, 2), CountingGap(10, 12)]]
    assert merge_gaps(*parts) == [CountingGap(1, 2), CountingGap(5, 12)]


def test_periods_without_counting_are_taken_out_of_age_and_recency():
    # Weeks 13 and 14 are out; now is week 16. First visits in week 10, last in 10, 12 and 15.
    cells = Cells.of([(0, 0, 6, 5), (2, 2, 6, 5), (3, 5, 6, 5), (0, 0, 1, 5)])
    counted = CountedPeriods.of([CountingGap(13 * 7, 15 * 7 - 1)], 7)
    found = counted.adjust(cells, 16)
    assert found.n.tolist() == [4, 4, 4, 1]
    assert found.t_x.tolist() == [0, 2, 3, 0]
    assert found.x.tolist() == cells.x.tolist()


def test_a_week_of_which_a_day_is_missing_counts_and_one_of_which_half_is_missing_does_not():
    cells = Cells.of([(0, 0, 6, 5)])
    for days, n in ((1, 6), (4, 5)):
        counted = CountedPeriods.of([CountingGap(13 * 7, 13 * 7 + days - 1)], 7)
        assert counted.adjust(cells, 16).n.tolist() == [n]


def test_who_came_all_the_same_keeps_the_visits():
    cells = Cells.of([(6, 6, 6, 5)])
    counted = CountedPeriods.of([CountingGap(13 * 7, 15 * 7 - 1)], 7)
    found = counted.adjust(cells, 16)
    assert (found.x[0], found.t_x[0], found.n[0]) == (6, 6, 6)


def bring_weekly(readers=500, weeks=20, empty=0):
    """Readers who come every week on a day of their own, and none in the last ``empty`` weeks."""
    bring(
        (f"w{n}", weeks_before(week) - datetime.timedelta(days=n % 7))
        for n in range(readers)
        for week in range(empty, weeks)
    )


@pytest.mark.django_db
def test_two_empty_weeks_announce_nobody(heard):
    bring_weekly(empty=2)
    fit = services.score_readers(as_of=END).fit
    gap = get_open_gap(fit)
    assert gap == CountingGap(get_day_number(weeks_before(2)) + 1, get_day_number(END))
    assert not Silence.objects.exists()
    assert services.announce_silences(as_of=END) == 0
    assert heard == []


@pytest.mark.django_db
def test_without_that_all_of_them_would_be_at_risk(heard, monkeypatch):
    monkeypatch.setattr(services, "get_gaps", lambda **_kwargs: [])
    monkeypatch.setattr(services, "get_seasons", lambda **_kwargs: [])
    bring_weekly(empty=2)
    services.score_readers(as_of=END)
    Fit.objects.update(gaps=[])
    assert services.announce_silences(as_of=END) == 500


@pytest.mark.django_db
def test_nobody_is_announced_while_the_counter_stands_and_afterwards_those_who_stay_away(heard):
    bring_weekly(empty=2)
    bring((f"gone-{n}", weeks_before(week)) for n in range(20) for week in range(8, 20))
    services.score_readers(as_of=END)
    assert Silence.objects.filter(late=False).exists()
    assert services.announce_silences(as_of=END) == 0
    later = END + datetime.timedelta(days=14)
    bring(
        (f"w{n}", later - datetime.timedelta(days=n % 7 + 7 * k))
        for n in range(500)
        for k in (0, 1)
    )
    fit = services.score_readers(as_of=later).fit
    assert get_open_gap(fit) is None
    assert fit.gaps == [[get_day_number(weeks_before(2)) + 1, get_day_number(END)]]
    services.announce_silences(as_of=later)
    names = Reader.objects.in_bulk([found["reader_id"] for _name, found in heard])
    assert {reader.external_id[:4] for reader in names.values()} == {"gone"}


@pytest.mark.django_db
def test_a_silence_of_the_first_days_of_a_gap_is_not_announced_when_it_is_over(heard):
    bring_weekly(empty=0)
    services.score_readers(as_of=END)
    reader = Reader.objects.get(external_id="w1")
    day = get_day_number(END)
    Silence.objects.create(
        reader=reader, last_day=reader.last_day, fell_silent_on=END, probability=0.2
    )
    Fit.objects.update(gaps=[[day - 2, day]])
    services.announce_silences(as_of=END)
    assert heard == []  # the gap goes on
    tomorrow = END + datetime.timedelta(days=1)
    bring((f"w{n}", tomorrow) for n in range(2, 60))
    later = services.score_readers(as_of=tomorrow).fit
    assert later.gaps == []
    Fit.objects.filter(pk=later.pk).update(gaps=[[day - 2, day]])
    services.announce_silences(as_of=tomorrow)
    assert heard == []
    assert Silence.objects.get().late


@pytest.mark.django_db
def test_days_that_editors_mark_are_held_against_nobody(heard, monkeypatch):
    # Programs and a season that began would explain the empty weeks as well.
    monkeypatch.setattr(services, "get_seasons", lambda **_kwargs: [])
    bring_weekly(empty=2)
    # Three programs a day, so that the gap is not found.
    bring((f"r{n}", END - datetime.timedelta(days=n % 14)) for n in range(42))
    first = weeks_before(2) + datetime.timedelta(days=1)
    services.score_readers(as_of=END)
    assert Reader.objects.filter(tier="at_risk").count() >= 500
    LoyaltySettings.objects.create(uncounted_days=f"{first} to {END}")
    services.score_readers(as_of=END)
    assert not Reader.objects.filter(tier="at_risk").exists()
    assert services.announce_silences(as_of=END) == 0


@pytest.mark.django_db
def test_marked_days_that_cover_everything_are_refused():
    bring_weekly(readers=50)
    LoyaltySettings.objects.create(uncounted_days=f"1999-01-01 to {END}")
    with pytest.raises(FeedbackError, match="cover all visits"):
        services.score_readers(as_of=END)
    assert not Fit.objects.exists()


def test_marked_days_are_read_by_line():
    assert parse_marked_days("2026-03-01\n\n 2026-03-05 to 2026-03-07 ") == [
        (datetime.date(2026, 3, 1), datetime.date(2026, 3, 1)),
        (datetime.date(2026, 3, 5), datetime.date(2026, 3, 7)),
    ]


@pytest.mark.parametrize("between", ["to", "a", "–", "-"])
def test_the_word_between_two_days_may_be_that_of_the_editors_language(between):
    assert parse_marked_days(f"2026-03-05 {between} 2026-03-07") == [
        (datetime.date(2026, 3, 5), datetime.date(2026, 3, 7))
    ]


@pytest.mark.django_db
def test_marked_days_before_any_that_counts_are_cut_off():
    LoyaltySettings.objects.create(uncounted_days="0001-01-01 to 1990-01-03\n1980-01-01")
    (gap,) = get_marked_gaps()
    assert (get_day(gap.first), get_day(gap.last)) == (EARLIEST, datetime.date(1990, 1, 3))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("yesterday", "like 2026-03-01 to 2026-03-10, not “yesterday”"),
        ("2026-03-10 to 2026-03-01", "not “2026-03-10 to 2026-03-01”"),
        ("2199-01-01", "lies in the future"),
        ("\n".join(["2026-03-01"] * 101), "at most 100 lines"),
    ],
)
def test_lines_that_are_no_days_are_named(text, message):
    with pytest.raises(ValidationError, match=message) as error:
        LoyaltySettings(uncounted_days=text).clean()
    assert list(error.value.message_dict) == ["uncounted_days"]
