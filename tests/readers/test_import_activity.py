import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from cx_feedback.readers.imports.activity_log import (
    BadLine,
    LogFormat,
    Visit,
    parse_day,
    read_log,
)
from cx_feedback.readers.imports.services import import_activity
from cx_feedback.readers.models import Activity, Reader, VisitDay
from cx_feedback.readers.services import rebuild_figures
from tests.shared_data import shared_file

DAY = datetime.date(2026, 3, 2)

GOOD = """\
user,page,seen
ana,/a/,2026-03-02
ben,/a/,2026-03-03
ana,/b/,2026-03-02
ana,/b/,2026-03-11
"""
BAD = GOOD + "carl,/c/,2026-02-30\n,/c/,2026-03-01\ndora,/c/\n\nemma,/c/,2026-03-04\n"
COLUMNS = {"reader_column": "user", "date_column": "seen"}


def read(text, **form):
    return list(read_log(text.splitlines(keepends=True), LogFormat(**form)))


def run(tmp_path, text, **options):
    log = tmp_path / "log"
    log.write_bytes(text if isinstance(text, bytes) else text.encode())
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("cx_import_activity", str(log), stdout=out, stderr=err, **options)
    finally:
        run.err = err.getvalue()
    return {
        k.strip(): int(v.split("(")[0].replace(",", ""))
        for k, v in (line.split(":") for line in out.getvalue().splitlines() if ":" in line)
    }


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("ana 20260302 1 2.5\n", {}),
        ("  ana\t 20260302\n", {"kind": "whitespace"}),
        ("id date\nana 20260302\n", {}),
        ("ana,2026-03-02\r\n", {}),
        ("ana;02.03.2026\n", {"date_format": "%d.%m.%Y"}),
        ("ana~2026-03-02\n", {"delimiter": "~"}),
        ('day|name\n2026-03-02|"ana"\n', {"reader_column": "name", "date_column": "Day"}),
        ("2026-03-02T09:00:00+01:00,ana\n", {"reader_column": "2", "date_column": "1"}),
        ("n1,d2\nana,2026-03-02\n", {"header": True}),
    ],
)
def test_formats(text, form):
    (visit,) = read(text, **form)
    assert visit[1:] == ("ana", DAY)


def test_a_quoted_delimiter_stays_in_its_field():
    assert read('"Last, First",2026-03-02\n')[0].external_id == "Last, First"


def test_a_stray_quote_costs_its_own_line_only():
    found = read('ana,2026-03-02\n"ben,2026-03-02\ncarl,2026-03-02\n')
    assert [type(line) for line in found] == [Visit, BadLine, Visit]
    assert found[1].number == 2


@override_settings(TIME_ZONE="Europe/Madrid")
def test_a_time_with_an_offset_becomes_a_day_of_the_site():
    assert parse_day("2026-03-01T23:30:00Z") == DAY
    assert parse_day("2026-03-01T23:30:00") == DAY - datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("ana,2026-02-30", "no date"),
        ("ana,", "no date"),
        (",2026-03-02", "empty"),
        ("ana", "column 2 is missing"),
        ("x" * 101 + ",2026-03-02", "longer than 100"),
        ("a\0na,2026-03-02", "unprintable"),
        ("ana,2999-01-01", "future"),
    ],
)
def test_a_bad_line_says_its_number_and_what_is_wrong(line, problem):
    good, bad = read(f"ok,2026-03-01\n\n{line}\n", kind="csv")
    assert isinstance(good, Visit)
    assert bad.number == 3
    assert problem in bad.problem


@pytest.mark.django_db
def test_import_and_again(tmp_path):
    assert run(tmp_path, GOOD, **COLUMNS) == {
        "Lines read": 4,
        "New readers": 2,
        "New visit days": 3,
        "Days already known": 1,
        "Invalid lines": 0,
    }
    ana = Reader.objects.get(external_id="ana")
    assert (ana.last_day, ana.active_periods) == (datetime.date(2026, 3, 11), 2)
    assert ana.last_period - ana.first_period == 1
    assert not ana.counts_visits
    again = run(tmp_path, GOOD, **COLUMNS)
    assert (again["New readers"], again["New visit days"], again["Days already known"]) == (0, 0, 4)
    assert VisitDay.objects.count() == 3


@pytest.mark.django_db
def test_skip_keeps_the_good_lines_and_names_the_bad(tmp_path):
    found = run(tmp_path, BAD, **COLUMNS)
    assert (found["Lines read"], found["Invalid lines"], found["New readers"]) == (8, 3, 3)
    assert [line.split(":")[0] for line in run.err.splitlines()] == ["Line 6", "Line 7", "Line 8"]


@pytest.mark.django_db
def test_abort_keeps_nothing_and_names_all_bad_lines(tmp_path):
    with pytest.raises(CommandError, match=r"3 of 8 lines are invalid; nothing was imported"):
        run(tmp_path, BAD, strict=True, batch=2, **COLUMNS)
    assert run.err.count("Line ") == 3
    assert not Reader.objects.exists()
    assert not VisitDay.objects.exists()


@pytest.mark.django_db
def test_bytes_that_are_no_text_spoil_their_line_only(tmp_path):
    found = run(tmp_path, b"\xef\xbb\xbfana,2026-03-02\n\xff\xfe,2026-03-02\nben,2026-03-02\n")
    assert (found["New readers"], found["Invalid lines"]) == (2, 1)
    assert "Line 2" in run.err


@pytest.mark.django_db
def test_kind_writes_acts_once(tmp_path):
    for expected in (3, 0):
        found = run(tmp_path, GOOD, kind="purchase", **COLUMNS)
        assert found.get("Activities", 0) == expected
    assert Activity.objects.filter(kind="purchase").count() == 3


@pytest.mark.django_db
def test_a_crash_between_batches_leaves_nothing_stale(tmp_path):
    """Figures are right at every commit, and the rest comes with the next run."""

    def lines(crash):
        for number in range(1, 7):
            if crash and number == 4:
                raise OSError("the disk is gone")
            yield Visit(number, "ana", DAY + datetime.timedelta(days=7 * number))

    with pytest.raises(OSError, match="disk"):
        import_activity(lines=lines(True), batch_size=2)
    ana = Reader.objects.get()
    assert ana.active_periods == 2
    assert rebuild_figures(reader_ids=[ana.pk]) == 0
    assert import_activity(lines=lines(False), batch_size=2).days_new == 4
    ana.refresh_from_db()
    assert ana.active_periods == 6


@pytest.mark.django_db
def test_statements_grow_with_batches_not_lines(django_assert_max_num_queries):
    def lines():
        return (Visit(n, f"r{n % 50}", DAY + datetime.timedelta(days=n // 50)) for n in range(400))

    with django_assert_max_num_queries(14):
        import_activity(lines=lines(), batch_size=1000)
    with django_assert_max_num_queries(6):
        import_activity(lines=lines(), batch_size=1000)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"reader_column": "nobody"}, "no column “nobody”; the first line has: user, page, seen"),
        ({"reader_column": "0"}, "numbered from 1"),
        ({"delimiter": ",,"}, "a single character"),
        ({"encoding": "klingon"}, "Cannot read"),
    ],
)
def test_a_wrong_option_says_so(tmp_path, options, message):
    with pytest.raises(CommandError, match=message):
        run(tmp_path, GOOD, **options)


def test_a_missing_file_says_so():
    with pytest.raises(CommandError, match="Cannot read /no/such/log"):
        call_command("cx_import_activity", "/no/such/log")


@pytest.mark.slow
@pytest.mark.django_db
def test_cdnow():
    """69,659 purchases of 23,570 people on 67,591 days: 2,068 bought twice on one day."""
    out = io.StringIO()
    call_command("cx_import_activity", str(shared_file("cdnow_master.txt")), stdout=out)
    assert Reader.objects.count() == 23_570
    assert VisitDay.objects.count() == 67_591
    assert "69,659" in out.getvalue()
    assert "2,068" in out.getvalue()
