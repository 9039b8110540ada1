"""Visits that cannot be, or come in a strange order: docs/loyalty.md states what happens."""

import datetime
import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cx_feedback.loyalty.histories import StaleFigures, cells_at
from cx_feedback.readers import services as readers
from cx_feedback.readers.imports.log import BadLine, LogFormat, day_of, read_log
from cx_feedback.readers.models import Reader
from tests.loyalty.conftest import END, bring, weeks_before

pytestmark = pytest.mark.django_db
FIGURES = ("first_period", "last_period", "active_periods", "last_day")


def figures(reader):
    reader.refresh_from_db()
    return tuple(getattr(reader, name) for name in FIGURES)


def test_days_out_of_order_and_doubled_give_the_figures_of_those_in_order():
    days = [weeks_before(w) for w in (9, 4, 4, 1)]
    found = set()
    for order in itertools.permutations(days):
        reader = readers.begin()
        for day in order:
            readers.count_day(reader=reader, day=day)
        found.add(figures(reader))
    assert len(found) == 1
    assert found.pop()[2:] == (3, weeks_before(1))


def test_a_visit_in_the_future_is_not_known_before_its_day():
    reader = readers.begin(day=weeks_before(2))
    before = cells_at(END)
    readers.count_day(reader=reader, day=END + datetime.timedelta(days=400))
    after = cells_at(END)
    assert [list(a) for a in (after.x, after.t_x, after.n)] == [
        list(b) for b in (before.x, before.t_x, before.n)
    ]


def test_a_log_names_no_day_of_the_future_and_none_before_1990():
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    lines = [f"ana,{tomorrow}", "ana,1970-01-01", "ana,1997-01-01"]
    future, lost, good = read_log(lines, LogFormat())
    assert isinstance(future, BadLine)
    assert isinstance(lost, BadLine)
    assert good.day == datetime.date(1997, 1, 1)


def test_a_clock_that_lost_its_time_counts_no_day():
    reader = readers.begin(day=END)
    before = figures(reader)
    readers.count_day(reader=reader, day=datetime.date(1970, 1, 1))
    assert figures(reader) == before


def test_one_moment_is_one_day_of_the_site_whatever_its_zone(settings):
    settings.TIME_ZONE = "America/Bogota"
    assert day_of("2026-03-02T03:00:00+00:00") == day_of("2026-03-01T22:00:00-05:00")


def test_weeks_taken_for_days_are_refused_and_days_for_weeks(settings):
    bring([("ana", weeks_before(9)), ("ana", weeks_before(1))])
    ids = list(Reader.objects.values_list("pk", flat=True))
    for period in ("day", "week"):
        settings.CX_FEEDBACK = {"PERIOD": period}
        with pytest.raises(StaleFigures, match="cx_rebuild_periods"):
            cells_at(END)
        readers.rebuild_figures(reader_ids=ids)
        assert cells_at(END).total == 1


def test_later_acts_of_a_period_leave_the_figures_and_those_of_a_day_write_nothing():
    monday = END - datetime.timedelta(days=6)
    reader = readers.begin(day=monday)
    first = figures(reader)[:3]
    readers.count_day(reader=reader, day=monday + datetime.timedelta(days=2))
    assert figures(reader)[:3] == first
    with CaptureQueriesContext(connection) as captured:
        readers.count_day(reader=reader, day=monday + datetime.timedelta(days=2))
    assert not [q for q in captured if not q["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]
