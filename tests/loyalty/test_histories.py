import datetime
from collections import Counter, defaultdict

import pytest
from django.test import override_settings

from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.model.fitting import fit_model
from cx_feedback.loyalty.scoring import history_queries, visit_log_loading
from cx_feedback.loyalty.scoring.history_queries import (
    StaleFigures,
    count_cells,
    get_elapsed_share,
    histories_sql,
)
from cx_feedback.loyalty.scoring.visit_log_loading import load_visit_log
from cx_feedback.readers.models import Reader
from cx_feedback.readers.periods import get_period
from cx_feedback.readers.services import rebuild_figures
from tests.loyalty.conftest import END, bring, weeks_before

pytestmark = pytest.mark.django_db


def by_hand(visits, as_of, until=None):
    """Count (x, t_x, n) -> readers, and those of them who came after as_of, in Python."""
    days = defaultdict(set)
    for who, day in visits:
        days[who].add(day)
    cells, returned = Counter(), Counter()
    for seen in days.values():
        periods = {get_period(day) for day in seen if day <= as_of}
        if periods:
            first = min(periods)
            cell = (len(periods) - 1, max(periods) - first, get_period(as_of) - first)
            cells[cell] += 1
            returned[cell] += any(until and as_of < day <= until for day in seen)
    return cells, +returned


def as_counter(cells, weights=None):
    weights = cells.readers if weights is None else weights
    rows = zip(cells.x, cells.t_x, cells.n, weights, strict=True)
    return +Counter({(int(x), int(t), int(n)): int(w) for x, t, n, w in rows})


@pytest.mark.parametrize("period", ["week", "day"])
@pytest.mark.parametrize("ago", [-3, 0, 1, 9, 60, 400])
def test_cells_of_any_day_are_those_counted_by_hand(magazine, settings, period, ago):
    """Today from the kept figures, the past from the visit days; nothing later leaks in."""
    settings.CX_FEEDBACK = {"PERIOD": period}
    if period == "day":
        rebuild_figures(reader_ids=list(Reader.objects.values_list("pk", flat=True)))
    as_of = END - datetime.timedelta(days=ago)
    assert as_counter(count_cells(as_of)) == by_hand(magazine, as_of)[0]


@pytest.mark.parametrize("order", [list, lambda rows: rows[::-1]])
def test_fits_of_one_count_are_the_same_in_any_order_of_rows(magazine, monkeypatch, order):
    """PostgreSQL gave groups in another order each time, and the fits differed by 1e-7."""
    fetch_rows = history_queries._fetch_rows
    before = fit_model(count_cells(END)).parameters
    monkeypatch.setattr(history_queries, "_fetch_rows", lambda *args: order(fetch_rows(*args)))
    assert fit_model(count_cells(END)).parameters == before


def test_cells_and_returns_of_a_log_are_those_counted_by_hand(magazine):
    as_of, until = weeks_before(8), weeks_before(4)
    log = load_visit_log(until=END)
    found, came = log.count_outcomes(get_day_number(as_of), 28)
    cells, returned = by_hand(magazine, as_of, until)
    assert as_counter(found) == cells
    assert as_counter(found, came) == returned
    assert 0 < came.sum() < found.total


def test_a_log_of_the_past_ends_with_its_day_and_may_be_empty(magazine):
    as_of = weeks_before(8)
    early, late = load_visit_log(until=as_of), load_visit_log(until=END)
    day = get_day_number(as_of)
    assert int(early.days.max()) <= day < int(late.days.max())
    assert as_counter(early.count_cells(day)) == as_counter(late.count_cells(day))
    assert len(load_visit_log(until=datetime.date(2001, 1, 1))) == 0
    assert len(late.count_cells(day - 5000)) == 0


@pytest.mark.parametrize("one_in", [2, 5])
def test_a_sample_is_about_one_reader_in_so_many_with_whole_histories(
    magazine, monkeypatch, one_in
):
    day, whole = get_day_number(weeks_before(8)), load_visit_log(until=END)
    monkeypatch.setattr(visit_log_loading, "SAMPLE", 600 // one_in)
    some = load_visit_log(until=END)
    assert some.one_in == one_in
    (of_all, all_came), (of_some, some_came) = (
        log.count_outcomes(day, 28) for log in (whole, some)
    )
    assert of_some.total == pytest.approx(of_all.total / one_in, rel=0.25)
    counted = as_counter(of_all)
    assert all(readers <= counted[cell] for cell, readers in as_counter(of_some).items())
    assert some_came.sum() == pytest.approx(all_came.sum() / one_in, rel=0.4)


def test_the_nightly_run_does_not_read_the_visit_days(magazine, django_assert_num_queries):
    with django_assert_num_queries(3) as captured:
        count_cells(END)
    until, *others = captured.captured_queries
    assert "pastvisits" in until["sql"]  # the last deleted day, by its index
    assert all("MIN(" not in query["sql"].upper() for query in others)


def test_last_day_as_of_a_past_day():
    from django.db import connection

    bring([("ana", weeks_before(9)), ("ana", weeks_before(1)), ("ben", weeks_before(9))])
    source = histories_sql(weeks_before(5))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT last_day FROM ({source.text}) h", source.params)
        days = [str(row[0]) for row in cursor.fetchall()]
    assert days == [str(weeks_before(9))] * 2


def test_elapsed():
    assert get_elapsed_share(END) == 1
    assert get_elapsed_share(END + datetime.timedelta(days=1)) == pytest.approx(1 / 7)
    with override_settings(CX_FEEDBACK={"PERIOD": "day"}):
        assert get_elapsed_share(END) == 1


def test_figures_of_another_period_length_are_refused():
    bring([("ana", weeks_before(9)), ("ana", weeks_before(1))])
    with override_settings(CX_FEEDBACK={"PERIOD": "week"}):
        Reader.objects.update(first_period=get_period(END) * 7, last_period=get_period(END) * 7)
        with pytest.raises(StaleFigures, match="cx_rebuild_periods"):
            count_cells(END)
