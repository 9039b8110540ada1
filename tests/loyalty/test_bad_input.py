"""Visits that cannot be, or in a strange order: docs/explanation/loyalty.md states what happens."""

import datetime
import io
import itertools

import pytest
from django.core.management import call_command
from django.utils import timezone

from cx_feedback.loyalty import services as loyalty
from cx_feedback.loyalty.scoring.history_queries import StaleFigures, count_cells
from cx_feedback.readers import services as readers
from cx_feedback.readers.imports.activity_log import (
    BadLine,
    LogFormat,
    parse_day,
    read_log,
)
from cx_feedback.readers.models import Activity, Consent, Reader, VisitDay
from cx_feedback.readers.periods import get_period
from tests.conftest import OWN, consenting
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
        reader = consenting()
        for day in order:
            readers.count_day(reader=reader, day=day)
        found.add(figures(reader))
    assert len(found) == 1
    assert found.pop()[2:] == (3, weeks_before(1))


def in_days(days):
    return timezone.localdate() + datetime.timedelta(days=days)


def noted(reader):
    return set(VisitDay.objects.filter(reader=reader).values_list("day", flat=True))


def histories(cells):
    return [list(column) for column in (cells.x, cells.t_x, cells.n, cells.readers)]


@pytest.mark.parametrize("known", [True, False])
def test_a_server_whose_clock_runs_ahead_of_the_database_counts_no_day(known):
    reader = consenting(day=in_days(-20) if known else None)
    before = figures(reader), noted(reader)
    ahead = timezone.now() + datetime.timedelta(days=40)
    readers.record_act(reader=reader, kind="response", at=ahead)
    readers.count_day(reader=reader, day=in_days(40))
    assert (figures(reader), noted(reader)) == before
    assert Activity.objects.get().at == ahead  # what was done is kept all the same


def test_a_clock_that_jumps_ahead_and_back_leaves_the_figures_of_the_true_days():
    """The clocks of all, the database's too: what they noted waits until its day has come."""
    jumped, straight = consenting(day=in_days(-30)), consenting(day=in_days(-30))
    VisitDay.objects.create(reader=jumped, day=in_days(400))
    readers.rebuild_figures(reader_ids=[jumped.pk])
    for reader in (jumped, straight):
        for days in (-20, -20, -8):
            reader.refresh_from_db()
            readers.count_day(reader=reader, day=in_days(days))
    assert noted(jumped) == {*noted(straight), in_days(400)}
    cells = count_cells(in_days(-1))
    assert cells.total == 2
    assert len(cells) == 1  # alike in all that counts
    report = loyalty.score_readers(as_of=in_days(-1))
    assert report.fit.readers == 2
    assert len(set(Reader.objects.values_list("tier", flat=True))) == 1


def test_a_visit_in_the_future_is_not_known_before_its_day():
    reader = consenting(day=weeks_before(2))
    before = histories(count_cells(END))
    VisitDay.objects.create(reader=reader, day=in_days(400))
    readers.rebuild_figures(reader_ids=[reader.pk])
    assert histories(count_cells(END)) == before
    assert count_cells(in_days(400)).x.tolist() == [1]


def test_a_visit_before_the_first_becomes_the_first():
    reader = consenting(day=weeks_before(2))
    readers.count_day(reader=reader, day=weeks_before(9))
    assert figures(reader) == (*(get_period(weeks_before(w)) for w in (9, 2)), 2, weeks_before(2))


def test_a_log_names_no_day_of_the_future_and_none_before_1990():
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    lines = [f"ana,{tomorrow}", "ana,1970-01-01", "ana,1997-01-01"]
    future, lost, good = read_log(lines, LogFormat())
    assert isinstance(future, BadLine)
    assert isinstance(lost, BadLine)
    assert good.day == datetime.date(1997, 1, 1)


def test_a_clock_that_lost_its_time_counts_no_day():
    reader = consenting(day=END)
    before = figures(reader)
    readers.count_day(reader=reader, day=datetime.date(1970, 1, 1))
    assert figures(reader) == before


def test_one_moment_is_one_day_of_the_site_whatever_its_zone(settings):
    settings.TIME_ZONE = "America/Bogota"
    moments = ("2026-03-02T03:00:00+00:00", "2026-03-01T22:00:00-05:00")
    assert {parse_day(moment) for moment in moments} == {END}
    with timezone.override("America/Bogota"):
        for moment in moments:
            reader = consenting()
            at = datetime.datetime.fromisoformat(moment)
            readers.record_act(reader=reader, kind="response", at=at)
            assert noted(reader) == {END}


def test_who_withdrew_consent_keeps_the_figures_and_is_nowhere_counted(
    client,
):
    reader = consenting(day=in_days(-30))
    readers.give_consent(reader=reader, purpose=Consent.VISITS, wording="May we?")
    readers.withdraw_consent(reader=reader, purpose=Consent.VISITS)
    before = figures(reader), noted(reader)
    client.cookies["cx_reader"] = reader.key.hex
    response = client.post("/feedback/api/v1/visits/", {}, "application/json", **OWN)
    assert response.status_code == 204
    assert (figures(reader), noted(reader)) == before
    assert count_cells(in_days(-1)).total == 0


def test_weeks_turned_into_days_know_one_day_of_a_week_and_a_log_all(settings):
    settings.CX_FEEDBACK = {"PERIOD": "week"}
    monday = END - datetime.timedelta(days=6)
    here = consenting()
    for days in (0, 2, 5):
        readers.count_day(reader=here, day=monday + datetime.timedelta(days=days))
    bring([("ana", monday + datetime.timedelta(days=days)) for days in (0, 2, 5)])
    ana = Reader.objects.get(external_id="ana")
    assert figures(here)[:3] == figures(ana)[:3] == (get_period(END), get_period(END), 1)
    settings.CX_FEEDBACK = {"PERIOD": "day"}
    call_command("cx_rebuild_periods", stdout=io.StringIO())
    assert figures(here)[2] == 1
    assert figures(ana)[2] == 3
    readers.count_day(reader=here, day=END)
    assert figures(here)[2] == 2


def test_weeks_taken_for_days_are_refused_and_days_for_weeks(settings):
    bring([("ana", weeks_before(9)), ("ana", weeks_before(1))])
    ids = list(Reader.objects.values_list("pk", flat=True))
    for period in ("day", "week"):
        settings.CX_FEEDBACK = {"PERIOD": period}
        with pytest.raises(StaleFigures, match="cx_rebuild_periods"):
            count_cells(END)
        readers.rebuild_figures(reader_ids=ids)
        assert count_cells(END).total == 1
