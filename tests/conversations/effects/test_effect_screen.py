"""The screen "Did it help?": its words, what it hides, its cost and who sees it."""

import datetime

import pytest
from django.contrib.auth.models import Group as UserGroup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cx_feedback.conversations.models import ConversationSection
from tests.conversations.effects.test_answer_effects import NOW, add, day

pytestmark = pytest.mark.django_db
SCREEN = "/admin/cx-feedback/conversations/did-it-help/"


def fill(on_time, never, *, came=(0, 0), chance=0.5):
    for number in range(on_time):
        visits = [datetime.date(2026, 4, 22)] if number < came[0] else []
        add(done=day(4, 15, 11), on_time=True, visits=visits, chance=chance)
    for number in range(never):
        visits = [datetime.date(2026, 4, 22)] if number < came[1] else []
        add(due=day(4, 16), visits=visits, chance=chance)


@pytest.fixture
def screen(client, editor, now):
    client.force_login(editor)
    return lambda: client.get(SCREEN).content.decode()


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr("cx_feedback.conversations.effects.effect_view.timezone.now", lambda: NOW)


def test_the_screen_says_what_was_measured(screen):
    fill(40, 40, came=(36, 12))
    page = screen()
    assert "need not be cause and effect" in page
    assert "90%" in page
    assert "More than expected" in page
    assert "Fewer than expected" in page
    assert ": 60.0 percentage points more came back" in page
    assert "Too few readers" in page  # of those who were answered late


def test_small_groups_are_hidden_and_have_no_verdict(screen):
    fill(29, 9, came=(29, 9))
    page = screen()
    assert "&lt; 10" in page
    assert "100%" in page
    assert "More than expected" not in page
    assert page.count("Too few readers") == 3


def test_without_anything_known_it_says_so(screen):
    assert "Nothing is known yet" in screen()
    add(done=day(5, 20), on_time=True, begun=day(5, 19))
    page = screen()
    assert "nobody who was promised an answer has had 4 weeks to come back" in page


def test_the_screen_costs_as_many_queries_for_many(client, editor, now):
    client.force_login(editor)
    fill(2, 1)
    client.get(SCREEN)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(SCREEN)
    fill(20, 11)
    with CaptureQueriesContext(connection) as many:
        client.get(SCREEN)
    assert len(many) == len(few) <= 15


def test_it_needs_the_permission_to_answer(client, make_editor, article):
    client.force_login(make_editor("mo", ("access_admin",)))
    assert client.get(SCREEN).status_code in (302, 403)
    group = UserGroup.objects.create(name="Section")
    ConversationSection.objects.create(group=group, page=article)
    client.force_login(make_editor("sue", ("access_admin",), [group]))
    assert client.get(SCREEN).status_code == 200
