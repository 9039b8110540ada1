import datetime
from collections import Counter, defaultdict

import pytest
from django.test import override_settings

from cx_feedback.loyalty.scoring.histories import (
    StaleFigures,
    count_cells,
    count_outcomes,
    get_elapsed_share,
    histories_sql,
)
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


def test_outcomes_are_those_counted_by_hand(magazine):
    as_of, until = weeks_before(8), weeks_before(4)
    found = count_outcomes(as_of, until)
    cells, returned = by_hand(magazine, as_of, until)
    assert as_counter(found.cells) == cells
    assert as_counter(found.cells, found.returned) == returned
    assert 0 < found.returned.sum() < found.cells.total


@pytest.mark.parametrize("one_in", [2, 5])
def test_a_sample_is_about_one_reader_in_so_many_with_whole_histories(magazine, one_in):
    as_of, until = weeks_before(8), weeks_before(4)
    whole, some = count_outcomes(as_of, until), count_outcomes(as_of, until, one_in=one_in)
    assert some.cells.total == pytest.approx(whole.cells.total / one_in, rel=0.25)
    of_all = as_counter(whole.cells)
    assert all(readers <= of_all[cell] for cell, readers in as_counter(some.cells).items())
    assert some.returned.sum() == pytest.approx(whole.returned.sum() / one_in, rel=0.4)


def test_the_nightly_run_does_not_read_the_visit_days(magazine, django_assert_num_queries):
    with django_assert_num_queries(2) as captured:
        count_cells(END)
    assert all("MIN(" not in query["sql"].upper() for query in captured.captured_queries)


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
