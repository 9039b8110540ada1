"""The two halves of the experiment compared, and what the screen says of them."""

import datetime

import pytest

from cx_feedback.conversations.effects.answer_effects import Span, measure_effects
from cx_feedback.conversations.experiment.group_comparison import DrawnHalf, compare_halves
from cx_feedback.conversations.models import Conversation, ConversationSettings, PromiseClock
from cx_feedback.conversations.permissions import Scope
from cx_feedback.readers.models import Reader
from tests.conversations.effects.test_answer_effects import BEGUN, EVERYWHERE, NOW, add, day

pytestmark = pytest.mark.django_db
BACK = [datetime.date(2026, 4, 22)]


@pytest.fixture
def experiment():
    ConversationSettings.objects.create(draws_order=True)
    ConversationSettings.objects.update(drawn_since=day(4, 1))


def fill(later, came, n, **fields):
    for number in range(n):
        add(comes_later=later, visits=BACK if number < came else (), **fields)


def compare(scope=EVERYWHERE, now=NOW):
    return compare_halves(scope=scope, span=measure_effects(scope=scope, now=now).span, now=now)


def test_each_reader_counts_once_since_the_beginning(experiment):
    done = {"done": BEGUN + datetime.timedelta(hours=1), "on_time": True}
    fill(False, 2, 3, **done)
    fill(True, 1, 4, done=BEGUN + datetime.timedelta(hours=9), on_time=False)
    add(comes_later=True, due=BEGUN)  # waits still, though the time is over
    add(comes_later=True, begun=day(5, 20), **done)  # has time to come back
    add(comes_later=False, begun=day(3, 20), **done)  # of before
    add(comes_later=None, **done)
    add(comes_later=False, minutes=None)
    add(comes_later=False, outcome="spam", **done)
    add(comes_later=False, reader=Reader.objects.create(counts_visits=False), **done)
    objects = Reader.objects.create(counts_visits=True, objects_to_scoring=True)
    add(comes_later=False, reader=objects, **done)
    again = Conversation.objects.filter(comes_later=False).order_by("pk").first().reader
    add(comes_later=False, reader=again, begun=day(4, 20), **done)
    found = compare()
    assert found.first == DrawnHalf(n=3, came=2, running=0, decided=3, kept=3)
    assert found.later == DrawnHalf(n=5, came=1, running=1, decided=6, kept=1)
    assert found.difference is None


def test_whoever_was_not_answered_or_merged_stays_in_the_half(experiment):
    """Leaving them out would undo the lot."""
    fill(False, 1, 1, outcome="merged")
    fill(True, 0, 1, outcome="no_answer_needed")
    found = compare()
    assert (found.first.n, found.later.n) == (1, 1)


def test_only_conversations_of_the_scope_count(experiment, article):
    fill(False, 1, 2)
    fill(False, 1, 1, page=article)

    class OnePage(Scope):
        def conversations(self):
            return Conversation.objects.filter(page=article)

    assert compare(OnePage(everywhere=False)).first.n == 1


def test_it_costs_one_statement_and_one_for_its_beginning(experiment, django_assert_num_queries):
    fill(False, 1, 2)
    span = Span(datetime.date(2026, 4, 1), datetime.date(2026, 4, 26), 4)
    with django_assert_num_queries(2):
        compare_halves(scope=EVERYWHERE, span=span, now=NOW)


def test_a_clear_difference_is_an_effect_of_the_order(client, editor, experiment, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    client.force_login(editor)
    url = "/admin/cx-feedback/conversations/did-it-help/"
    fill(False, 29, 29)
    fill(True, 0, 40)
    page = client.get(url).content.decode()
    assert "Figures are shown from 30 readers in each half on." in page
    assert "&lt; 30" in page
    fill(False, 11, 11)
    page = client.get(url).content.decode()
    assert "Of those who came first more came back, by +100.0 percentage points" in page
    ConversationSettings.objects.update(draws_order=False)
    assert "Of those who came first more came back" in client.get(url).content.decode()
    ConversationSettings.objects.update(drawn_since=None)
    assert "Experiment" not in client.get(url).content.decode()


def test_no_difference_is_called_so(client, editor, experiment, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    client.force_login(editor)
    fill(False, 20, 40)
    fill(True, 18, 40)
    page = client.get("/admin/cx-feedback/conversations/did-it-help/").content.decode()
    assert "No clear result" in page


def test_an_experiment_whose_first_days_are_deleted_is_not_counted(experiment, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "CONVERSATIONS_CLOSED_DAYS": 30}
    ConversationSettings.objects.update(drawn_since=day(1, 1) - datetime.timedelta(days=5000))
    fill(False, 1, 2)
    assert compare().forgotten
    assert PromiseClock.objects.count() == 2
