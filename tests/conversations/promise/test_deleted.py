"""Due times after the page or the calendar of a promise, or the page of a letter, is gone."""

import datetime

import pytest
from wagtail.models import Page

from cx_feedback.conversations.models import Calendar, Promise
from cx_feedback.conversations.promise.recalculation import find_stale_clocks
from cx_feedback.conversations.tasks import recalculate_due_times
from tests.conversations.promise.test_clocks import at, begin, clock, make_calendar, make_promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def nudged(monkeypatch):
    """The names of the tasks that are to run after the commit."""
    found = []
    for module in ("models.promises", "promise.recalculation"):
        monkeypatch.setattr(f"cx_feedback.conversations.{module}.nudge", found.append)
    return found


def get_due(row):
    recalculate_due_times()
    row.refresh_from_db()
    assert clock(row, "first").due_at == row.due_at
    return row.due_at


def begin_section(article, **fields):
    """A letter about an article that is due after an hour, or elsewhere after eight."""
    calendar = make_calendar()
    make_promise(calendar, order=1, first_answer=60, section=article, closing=None)
    make_promise(calendar, closing=None)
    row = begin(at(1, 9), page=article, **fields)
    assert get_due(row) == at(1, 10)
    return row


def test_the_promise_goes_with_the_page_of_its_section(article, nudged):
    row = begin_section(article)
    other = begin(at(1, 9))
    nudged.clear()
    Page.objects.get(pk=article.pk).delete()
    assert Promise.objects.count() == 1
    assert "cx_feedback.conversations.recalculate_due_times" in nudged
    row.refresh_from_db()
    assert row.page is None
    assert get_due(row) == at(1, 19)
    assert get_due(other) == at(1, 19)


def test_a_letter_about_a_deleted_page_is_none_of_its_section(article, nudged):
    page = article.add_child(instance=Page(title="Below", slug="below"))
    row = begin_section(article)
    below = begin(at(1, 9), page=page)
    assert get_due(below) == at(1, 10)
    nudged.clear()
    Page.objects.get(pk=page.pk).delete()
    assert nudged == ["cx_feedback.conversations.recalculate_due_times"]
    assert set(find_stale_clocks().values_list("conversation", flat=True)) == {below.pk}
    assert get_due(below) == at(1, 19)
    assert get_due(row) == at(1, 10)


def test_a_letter_about_a_moved_page_is_of_its_new_section(article, nudged):
    page = article.add_child(instance=Page(title="Below", slug="below"))
    begin_section(article)
    below = begin(at(1, 9), page=page)
    nudged.clear()
    page.refresh_from_db()
    page.move(article.get_parent(), pos="last-child")
    assert nudged == ["cx_feedback.conversations.recalculate_due_times"]
    assert get_due(below) == at(1, 19)


def test_pages_without_letters_have_nothing_worked_out(article, nudged):
    begin_section(article)
    page = article.get_parent().add_child(instance=Page(title="Other", slug="other"))
    nudged.clear()
    page.delete()
    assert nudged == []


def test_promises_and_calendars_deleted_in_bulk(nudged):
    make_promise()
    row = begin(at(1, 9))
    assert get_due(row) == at(1, 19)
    nudged.clear()
    Promise.objects.all().delete()
    assert nudged
    assert get_due(row) is None
    nudged.clear()
    Calendar.objects.all().delete()
    assert nudged


def test_what_is_done_stays_as_it_was(article):
    row = begin_section(article)
    row.clocks.update(done_at=at(1, 9), on_time=True, running_since=None, due_at=None)
    Page.objects.get(pk=article.pk).delete()
    recalculate_due_times()
    assert clock(row, "first").on_time is True
    assert clock(row, "first").used == datetime.timedelta(0)
