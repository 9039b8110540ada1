"""What readers see of the promise, and how often it was kept."""

import datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from cx_feedback.conversations.models import Conversation, PromiseClock
from cx_feedback.conversations.promise.blocks import PromiseBlock
from cx_feedback.conversations.promise.kept_share import (
    KeptShare,
    count_kept,
    find_decided_clocks,
)
from tests.conversations.promise.test_clocks import (
    answer,
    at,
    begin,
    close,
    make_calendar,
    make_promise,
)

pytestmark = pytest.mark.django_db


def count(now=None, since=None, goal="first"):
    now, since = now or at(30, 12), since or at(1, 0)
    return count_kept(find_decided_clocks(since=since, now=now, goal=goal))


def add_decided(promise, kept, late, *, age=datetime.timedelta(days=5)):
    """Conversations of so many days ago, of which so many were answered in time."""
    begun = timezone.now() - age
    for number in range(kept + late):
        row = begin(begun, matter=f"letter:{number}")
        row.clocks.filter(goal="first").update(
            done_at=begun,
            on_time=number < kept,
            running_since=None,
            due_at=None,
            remind_at=None,
            escalate_at=None,
            promise=promise,
        )


def render(page=None, value=None):
    block = PromiseBlock()
    given = block.to_python(value or {})
    return " ".join(block.render(given, {"page": page}).split())


def test_what_is_decided_counts_and_what_waits_too_long_is_late():
    make_promise()
    answer(begin(at(1, 9)), at(1, 12))
    answer(begin(at(1, 9)), at(2, 12))
    # Nobody answered: late once the time is over, and not before.
    row = begin(at(2, 9))
    assert row.due_at == at(2, 19)
    assert count(now=at(2, 19)) == KeptShare(1, 2)
    assert count(now=at(2, 19, 1)) == KeptShare(1, 3)


def test_what_nobody_promised_and_what_needed_no_answer_does_not_count():
    begin(at(1, 9))
    answer(begin(at(1, 9)), at(9, 9))
    make_promise()
    row = begin(at(1, 9))
    row.outcome = "no_answer_needed"
    close(row, at(9, 9))
    answer(begin(at(1, 9)), at(9, 9))
    spam = answer(begin(at(1, 9)), at(9, 9))
    spam.outcome = "spam"
    close(spam, at(9, 10))
    assert count() == KeptShare(0, 1)


def test_only_what_began_in_the_period_counts():
    make_promise()
    answer(begin(at(1, 9)), at(1, 12))
    assert count(since=at(1, 10)) == KeptShare(0, 0)
    assert count(now=at(1, 8)) == KeptShare(0, 0)


@pytest.mark.parametrize(
    ("kept", "n", "percent", "shown"),
    [(0, 0, 0, False), (9, 9, 100, False), (10, 10, 100, True), (299, 300, 99, True)],
)
def test_a_share_is_rounded_down_and_shown_from_ten_on(kept, n, percent, shown):
    share = KeptShare(kept, n)
    assert (share.percent, share.shown) == (percent, shown)


def test_the_block_says_what_is_promised_and_how_it_was_kept(article):
    promise = make_promise(make_calendar(saturday="10:00-13:00"))
    add_decided(promise, 3, 8)
    html = render(article)
    assert "Who writes to us gets an answer within 8 h of our working hours." in html
    assert "<li>Monday to Thursday: 09:00–14:00, 16:00–19:00</li>" in html
    assert "<li>Friday: 09:00–15:00</li><li>Saturday: 10:00–13:00</li>" in html
    assert "In the last 90 days we kept it in 27% of 11 conversations." in html
    assert "<h2>Our promise</h2>" in html
    assert "<h2>On time</h2>" in render(article, {"heading": "On time"})


def test_below_ten_conversations_there_is_no_figure(article):
    promise = make_promise()
    add_decided(promise, 9, 0)
    add_decided(promise, 20, 0, age=datetime.timedelta(days=91))
    html = render(article)
    assert "gets an answer within 8 h" in html
    assert "90 days" not in html


def test_the_figure_is_of_the_promise_to_those_who_write_from_the_page(article):
    calendar = make_calendar()
    everywhere = make_promise(calendar)
    here = make_promise(calendar, order=1, section=article, first_answer=90)
    make_promise(calendar, order=0, tier="lover", first_answer=5)
    make_promise(calendar, order=0, kind="detractor", first_answer=6)
    add_decided(everywhere, 12, 0)
    add_decided(here, 0, 10)
    assert "within 1 h 30 min" in render(article)
    assert "in 0% of 10 conversations" in render(article)
    assert "within 8 h" in render(None)
    assert "in 100% of 12 conversations" in render(None)


def test_nothing_is_shown_where_nothing_is_promised(article):
    assert render(article) == ""
    make_promise(first_answer=None)
    assert render(article) == ""


def test_the_tag_and_the_api_say_the_same(article, django_assert_max_num_queries):
    add_decided(make_promise(), 10, 0)
    source = Template("{% load cx_feedback_promises %}{% cx_promise heading='On time' %}")
    with translation.override("es"):
        html = " ".join(source.render(Context({"page": article})).split())
    assert "Quien nos escribe recibe respuesta en 8 h de nuestro horario laboral." in html
    assert "En los últimos 90 días lo cumplimos en el 100 % de 10 conversaciones." in html
    assert "<li>Lunes a jueves: 09:00–14:00, 16:00–19:00</li>" in html
    with django_assert_max_num_queries(2):
        found = PromiseBlock().build_api_content({}, {})
    assert found == {
        "within": "8 h",
        "hours": [
            {"days": "Monday to Thursday", "hours": "09:00–14:00, 16:00–19:00"},
            {"days": "Friday", "hours": "09:00–15:00"},
        ],
        "time_zone": "Europe/Madrid",
        "days": 90,
        "kept_percent": 100,
        "conversations": 10,
    }


def test_the_preview_shows_an_example():
    block = PromiseBlock()
    context = block.get_preview_context(block.to_python({"heading": ""}))
    assert context["cx_promise"].share == KeptShare(87, 100)
    assert not Conversation.objects.exists()
    assert not PromiseClock.objects.exists()
