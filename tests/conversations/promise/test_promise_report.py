"""The report on the promise: shares, medians, groups, months, sections, its export."""

import datetime
import io

import openpyxl
import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cx_feedback.conversations.models import ConversationSection, PromiseClock
from cx_feedback.conversations.permissions import Scope
from cx_feedback.conversations.promise.promise_report import build_report
from tests.conversations.promise.test_clocks import (
    HOURS,
    MADRID,
    answer,
    at,
    begin,
    close,
    make_promise,
)
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db
REPORT = "/admin/cx-feedback/conversations/promise-kept/"
EVERYWHERE = Scope(everywhere=True)


@pytest.fixture(autouse=True)
def _time_zone(settings):
    settings.TIME_ZONE = "Europe/Madrid"


def build(now=None, scope=EVERYWHERE, months=3):
    return build_report(scope=scope, months=months, now=now or at(30, 12))


def add_answered(promise, kept, late, *, begun=None, used=2 * HOURS, user=None, **fields):
    """Conversations begun at a moment of which so many were answered in time, and all closed."""
    begun = begun or at(1, 9)
    for number in range(kept + late):
        row = begin(begun, matter=f"letter:{number}", **fields)
        for goal in ("first", "closing"):
            row.clocks.update_or_create(
                goal=goal,
                defaults={
                    "begun_at": begun,
                    "done_at": begun,
                    "done_by": user,
                    "on_time": number < kept,
                    "used": used,
                    "running_since": None,
                    "due_at": None,
                    "remind_at": None,
                    "escalate_at": None,
                    "promise": promise,
                },
            )


def test_shares_and_medians_of_working_time():
    make_promise()
    for hour in (9, 10, 11, 12, 13):
        answer(begin(at(1, 9)), at(1, hour))
        # Two hours of lunch and the night are no working time.
        close(answer(begin(at(2, 9)), at(2, 17)), at(3, 10))
    found = build().total
    assert (found.first.kept, found.first.decided) == (10, 10)
    assert found.first.median == (240 + 360) / 2
    assert sorted(found.first.minutes) == [0, 60, 120, 180, 240, *5 * [360]]
    assert (found.closing.kept, found.closing.decided) == (5, 5)
    # The clock stands from the answer until the end.
    assert list(found.closing.minutes) == 5 * [360]
    assert (found.closing.percent, found.closing.interval, found.closing.median) == (None,) * 3


def test_who_waits_too_long_is_late_and_counts_for_whom_it_is_assigned_to(django_user_model):
    make_promise()
    ann, bob = (django_user_model.objects.create_user(name) for name in ("ann", "bob"))
    begin(at(1, 9), assignee=ann)
    begin(at(30, 9), assignee=bob)
    row = begin(at(1, 9), assignee=ann)
    answer(row, at(1, 10))
    PromiseClock.objects.filter(conversation=row, goal="first").update(done_by=bob)
    people = {one.label: one.figures.first for one in build().people}
    assert (people["ann"].kept, people["ann"].decided) == (0, 1)
    assert (people["bob"].kept, people["bob"].decided) == (1, 1)


def test_time_counts_only_where_a_promise_says_what_working_time_is():
    answer(begin(at(1, 9)), at(2, 9))
    assert list(build().total.first.minutes) == []
    make_promise(first_answer=None, closing=None)
    answer(begin(at(1, 9)), at(2, 10))
    found = build().total.first
    assert (found.decided, list(found.minutes)) == (0, [540])


def test_spam_and_merged_conversations_do_not_count():
    make_promise()
    for outcome in ("spam", "merged", "solved"):
        row = answer(begin(at(1, 9)), at(1, 10))
        row.outcome = outcome
        close(row, at(1, 11))
    assert build().total.first.decided == 1


def test_groups_by_kind_section_and_person(home, django_user_model):
    promise = make_promise()
    ann = django_user_model.objects.create_user("ann", first_name="Ann", last_name="Lee")
    politics = home.add_child(instance=ArticlePage(title="Politics", slug="politics"))
    taxes = politics.add_child(instance=ArticlePage(title="Taxes", slug="taxes"))
    add_answered(promise, 9, 3, page=taxes, user=ann)
    add_answered(promise, 1, 1, kind="detractor")
    report = build()
    shown = {
        name: {one.label: one.figures.first.percent for one in getattr(report, name)}
        for name in ("kinds", "sections", "people")
    }
    assert shown["sections"] == {"Politics": 75, None: None}
    assert shown["people"] == {"Ann Lee": 75, None: None}
    assert [str(label) for label in shown["kinds"]] == ["Letter", "Low score"]


def test_editors_see_the_figures_of_their_sections_only(home, client, make_editor):
    promise = make_promise()
    inside, outside = (
        home.add_child(instance=ArticlePage(title=name, slug=name)) for name in ("in", "out")
    )
    add_answered(promise, 10, 0, page=inside, begun=datetime.datetime.now(MADRID))
    add_answered(promise, 0, 10, page=outside, begun=datetime.datetime.now(MADRID))
    group = Group.objects.create(name="Desk")
    ConversationSection.objects.create(group=group, page=inside)
    client.force_login(make_editor("pia", codenames=["access_admin"], groups=[group]))
    page = client.get(REPORT)
    assert page.context["headlines"][0].value == "100%"
    assert "out" not in [row.label for table in page.context["tables"] for row in table.rows]
    client.force_login(make_editor("nobody", codenames=["access_admin"]))
    assert client.get(REPORT).status_code in (302, 403)


@pytest.mark.parametrize(
    ("april", "may", "verdict"),
    [
        ((18, 2), (8, 12), "lower"),
        ((8, 12), (18, 2), "higher"),
        ((10, 10), (12, 8), "unclear"),
        ((9, 0), (0, 20), "too_few"),
    ],
)
def test_the_last_whole_month_is_compared_with_the_one_before(april, may, verdict):
    promise = make_promise()
    for month, (kept, late) in ((4, april), (5, may)):
        begun = datetime.datetime(2026, month, 30, 23, 30, tzinfo=MADRID)
        add_answered(promise, kept, late, begun=begun)
    add_answered(promise, 0, 30, begun=at(2, 9))  # this month, which isn't over
    change = build().change
    assert change.verdict == verdict
    assert change.month == datetime.date(2026, 5, 1)
    if verdict == "lower":
        low, high = change.interval
        assert low < -50 < high < 0


def test_a_month_begins_at_midnight_of_the_site():
    promise = make_promise()
    add_answered(promise, 1, 0, begun=datetime.datetime(2026, 6, 1, 0, 10, tzinfo=MADRID))
    add_answered(promise, 1, 0, begun=datetime.datetime(2026, 5, 31, 23, 50, tzinfo=MADRID))
    months = {day.month: one.first.decided for day, one in build().months.items()}
    assert months == {3: 0, 4: 0, 5: 1, 6: 1}


def test_the_queries_do_not_grow(home, django_user_model):
    promise = make_promise()

    def count():
        with CaptureQueriesContext(connection) as found:
            build()
        return len(found)

    def add(number):
        page = home.add_child(instance=ArticlePage(title=f"{number}", slug=f"{number}"))
        user = django_user_model.objects.create_user(f"u{number}")
        add_answered(promise, 2, 1, page=page, user=user)

    add(0)
    few = count()
    for number in range(1, 6):
        add(number)
    assert count() == few <= 6


def test_the_table_is_exported_with_numbers_and_empty_cells(admin_client, home):
    promise = make_promise()
    page = home.add_child(instance=ArticlePage(title="=1+1", slug="formula"))
    add_answered(promise, 9, 3, page=page, begun=datetime.datetime.now(MADRID))
    file = b"".join(admin_client.get(REPORT, {"export": "csv"}).streaming_content).decode()
    assert "By section,'=1+1,12,75.0,46.8,91.1,120.0,0,,12,75.0,120.0" in file
    book = b"".join(admin_client.get(REPORT, {"export": "xlsx"}).streaming_content)
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).active.values)
    assert rows[0][:4] == ("Table", "Group", "First answers", "First answers on time, %")
    assert ("By section", "=1+1", 12, 75) in [row[:4] for row in rows]


def test_the_screen_shows_figures_and_hides_those_of_few(admin_client):
    promise = make_promise()
    for months_ago in (1, 2):
        begun = datetime.datetime.now(MADRID).replace(day=1, hour=9)
        for _month in range(months_ago):
            begun = (begun - datetime.timedelta(days=1)).replace(day=1)
        add_answered(promise, 10, 2, begun=begun, used=datetime.timedelta(minutes=150))
    add_answered(promise, 2, 0, begun=datetime.datetime.now(MADRID), kind="comment")
    page = admin_client.get(REPORT, {"months": "3"})
    html = page.content.decode()
    assert "no clear change in" in html
    assert "<svg" in html
    rows = {row.label: row.cells for table in page.context["tables"] for row in table.rows}
    assert rows["Letter"][:3] == [("24", ""), ("83%", "64% … 93%"), ("2 h 30 min", "")]
    assert rows["Comment"][:3] == [("2", ""), ("–", ""), ("–", "")]
    assert 'aria-current="page">3 months' in html


def test_without_conversations_the_screen_says_so(admin_client):
    html = admin_client.get(REPORT, {"months": "x"}).content.decode()
    assert "Too few first answers to compare" in html
    assert "<svg" not in html.split("cx-figures")[1].split("cx-report")[0]
