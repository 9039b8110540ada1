"""The experiment with the order of the inbox: who is drawn, who comes first, nobody too late."""

import datetime
import random
from dataclasses import dataclass, field

import pytest
from django.urls import reverse
from django.utils import timezone

from cx_feedback.conversations.experiment.inbox_order import get_drawn_ordering
from cx_feedback.conversations.experiment.order_draw import is_drawn_later
from cx_feedback.conversations.models import Conversation, ConversationSettings, Promise
from cx_feedback.conversations.promise.clock_counting import URGENT_SHARE
from cx_feedback.conversations.tasks import recalculate_due_times
from cx_feedback.readers.models import Reader
from tests.conversations.promise.test_clocks import answer, at, begin, make_promise, write_again
from tests.conversations.test_inbox import show

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 6, 1, 9, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
PROMISED = 4 * HOUR


@pytest.fixture
def experiment():
    return ConversationSettings.objects.create(draws_order=True)


def add(came, *, later=None, promised=PROMISED, name=""):
    """A new letter whose answer is due after ``promised``, as its clock says."""
    due = came + promised if promised else None
    return Conversation.objects.create(
        reader=Reader.objects.create(),
        kind="letter",
        matter="letter:editors:0",
        subject=name,
        created_at=came,
        last_message_at=came,
        waiting_since=came,
        due_at=due,
        urgent_at=due and due - promised * URGENT_SHARE,
        comes_later=later,
    )


def order(now=NOW, *, late=False):
    rows = Conversation.objects.order_by(*get_drawn_ordering(now, is_somebody_late=late))
    return list(rows.values_list("subject", flat=True))


def test_half_of_the_readers_come_later_and_always_the_same(experiment):
    drawn = [is_drawn_later(pk, experiment.drawn_since) for pk in range(2000)]
    assert 0.45 < sum(drawn) / 2000 < 0.55
    assert drawn == [is_drawn_later(pk, experiment.drawn_since) for pk in range(2000)]
    other = [is_drawn_later(pk, NOW) for pk in range(2000)]
    assert 800 < sum(a != b for a, b in zip(drawn, other, strict=True)) < 1200


def test_the_half_is_stored_and_one_reader_stays_in_it(write, reader, experiment):
    first, second = write(), write(to="author")
    assert first.comes_later is second.comes_later
    assert first.comes_later is is_drawn_later(reader.pk, experiment.drawn_since)


def test_without_the_experiment_nobody_is_drawn(write):
    assert write().comes_later is None
    ConversationSettings.objects.create()
    assert write(to="author").comes_later is None


def test_off_and_on_begins_anew_and_nothing_else_does(experiment):
    since = experiment.drawn_since
    assert since is not None
    experiment.save()
    assert experiment.drawn_since == since
    experiment.draws_order = False
    experiment.save()
    assert experiment.drawn_since == since
    experiment.draws_order = True
    experiment.save()
    assert experiment.drawn_since > since


def test_first_the_urgent_then_by_lot_then_the_oldest():
    add(NOW - 3.5 * HOUR, later=True, name="half an hour left")
    add(NOW - 2.2 * HOUR, later=False, name="less than two hours left")
    add(NOW - 1.8 * HOUR, later=True, name="later, old")
    add(NOW - 1 * HOUR, later=True, name="later, new")
    add(NOW - 0.5 * HOUR, later=False, name="first, old")
    add(NOW - 0.2 * HOUR, later=False, name="first, new")
    add(NOW - 0.3 * HOUR, later=None, name="begun before the experiment")
    add(NOW - 0.4 * HOUR, later=True, promised=None, name="nothing promised")
    assert order() == [
        "half an hour left",
        "less than two hours left",
        "first, old",
        "nothing promised",
        "begun before the experiment",
        "first, new",
        "later, old",
        "later, new",
    ]
    assert order(late=True)[2:] == [
        "later, old",
        "later, new",
        "first, old",
        "nothing promised",
        "begun before the experiment",
        "first, new",
    ]


@pytest.mark.parametrize("seed", range(5))
def test_nobody_with_time_left_comes_before_somebody_with_little(seed):
    chance = random.Random(seed)
    for _ in range(60):
        promised = chance.choice([None, HOUR, PROMISED, 20 * HOUR])
        add(
            NOW - chance.random() * 20 * HOUR,
            later=chance.choice([True, False, None]),
            promised=promised,
        )
    for late in (False, True):
        rows = Conversation.objects.order_by(*get_drawn_ordering(NOW, is_somebody_late=late))
        urgent = [row.urgent_at is not None and row.urgent_at <= NOW for row in rows]
        assert urgent == sorted(urgent, reverse=True)
        due = [row.due_at for row, is_urgent in zip(rows, urgent, strict=True) if is_urgent]
        assert due == sorted(due)


@dataclass
class Desk:
    """Answers one letter every ten minutes, the first of the inbox each time."""

    is_drawn: bool
    late: int = 0
    waits: dict = field(default_factory=lambda: {True: [], False: []})

    def work(self, letters):
        Conversation.objects.all().delete()
        for step, halves in enumerate(letters):
            now = NOW + step * datetime.timedelta(minutes=10)
            for later in halves:
                add(now, later=later)
            is_late = Conversation.objects.filter(due_at__lt=now).exists()
            drawn = get_drawn_ordering(now, is_somebody_late=is_late)
            ordering = drawn if self.is_drawn else ("last_message_at", "pk")
            row = Conversation.objects.order_by(*ordering).first()
            if row is not None:
                self.late += now > row.due_at
                self.waits[row.comes_later].append(now - row.created_at)
                row.delete()


@pytest.mark.parametrize(("seed", "load"), [(1, 0.6), (2, 0.8), (3, 0.9), (4, 0.9)])
def test_the_lot_pushes_nobody_past_the_promise(seed, load):
    """As many are late as with the oldest first, though letters come in bursts of four."""
    chance = random.Random(seed)
    letters = [
        [chance.random() < 0.5 for _ in range(chance.choice((0, 0, 0, 4)))]
        if chance.random() < load
        else []
        for _ in range(120)
    ]
    oldest, drawn = Desk(is_drawn=False), Desk(is_drawn=True)
    for desk in (oldest, drawn):
        desk.work(letters)
    assert drawn.late == oldest.late
    first, later = (
        sum(drawn.waits[half], datetime.timedelta()) / len(drawn.waits[half]) for half in (0, 1)
    )
    assert first < later


def test_half_of_the_promised_time_is_of_working_time():
    make_promise(first_answer=240, closing=None)
    row = begin(at(1, 12))
    # Two hours before lunch, of four.
    assert (row.urgent_at, row.due_at) == (at(1, 14), at(1, 18))
    answer(row, at(1, 13))
    assert (row.urgent_at, row.due_at) == (None, None)
    write_again(row, at(2, 9))
    assert (row.urgent_at, row.due_at) == (at(2, 11), at(2, 13))
    Promise.objects.get().save()
    Promise.objects.update(next_answer=120)
    recalculate_due_times()
    row.refresh_from_db()
    assert (row.urgent_at, row.due_at) == (at(2, 10), at(2, 11))


def test_the_inbox_says_that_the_order_is_drawn(client, editor, experiment):
    client.force_login(editor)
    now = timezone.now()
    add(now - 1.5 * HOUR, later=True, name="Comes later")
    add(now - HOUR, later=False, name="Comes first")
    page = show(client).content.decode()
    assert "drawn by lot" in page
    assert page.index("Comes first") < page.index("Comes later")
    waiting = show(client, tab="waiting").content.decode()
    assert "drawn by lot" not in waiting
    add(now - 5 * HOUR, later=False, name="Is late")
    page = show(client).content.decode()
    assert "stands still" in page
    assert page.index("Is late") < page.index("Comes later") < page.index("Comes first")


def test_without_the_experiment_the_inbox_is_as_it_was(client, editor):
    client.force_login(editor)
    now = timezone.now()
    add(now - 2 * HOUR, later=True, name="Comes later")
    add(now - HOUR, later=False, name="Comes first")
    page = show(client).content.decode()
    assert "lot" not in page.split("<main")[1]
    assert page.index("Comes later") < page.index("Comes first")


def test_editors_turn_it_on_under_settings(admin_client, client, editor):
    url = reverse(
        "wagtailsettings:edit", args=["cx_feedback_conversations", "conversationsettings"]
    )
    url = admin_client.get(url).url
    assert "raw the order" in admin_client.get(url).content.decode()
    assert admin_client.post(url, {"draws_order": "on"}).status_code == 302
    assert ConversationSettings.objects.get().drawn_since is not None
    client.force_login(editor)
    assert client.post(url, {}).status_code == 302
    assert ConversationSettings.objects.get().draws_order


def test_the_list_and_the_conversation_say_when_an_answer_is_due(client, editor):
    client.force_login(editor)
    row = add(timezone.now() - HOUR, name="Promised")
    add(timezone.now() - HOUR, promised=None, name="Not promised")
    assert show(client).content.decode().count("due ") == 1
    page = client.get(reverse("cx_conversations:conversation", args=[row.pk])).content.decode()
    assert "<dt>Due</dt>" in page
