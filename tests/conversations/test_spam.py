"""Letters that are set aside as spam, and what editors do with them."""

import datetime

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from cx_feedback.conversations import services
from cx_feedback.conversations.models import (
    Calendar,
    Conversation,
    ConversationMessage,
    Promise,
    PromiseClock,
)
from cx_feedback.conversations.services import letters, reader_erasure
from cx_feedback.core import signals
from cx_feedback.core.errors import InvalidInput
from cx_feedback.readers.models import Activity, Reader
from tests.conftest import OWN
from tests.conversations.conftest import link_in, send
from tests.conversations.test_inbox import INBOX, show
from tests.conversations.test_letters import post, post_json

pytestmark = pytest.mark.django_db
PILLS = (
    "Buy cheap viagra pills online now, best casino bonus at https://pills.example and "
    "https://casino.example, contact us on WhatsApp +1 555 0100 for discount offer!!!"
)


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def spam(client):
    """A conversation that the trap has set aside."""
    post_json(client, website="https://x.example")
    return Conversation.objects.get()


@pytest.fixture
def staff(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def promised():
    """Four hours by a calendar that is always open."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    calendar = Calendar.objects.create(
        name="Always", time_zone="UTC", **dict.fromkeys(days, "0:00-24:00")
    )
    return Promise.objects.create(name="Letters", calendar=calendar, first_answer=240)


def list_tab(client, tab):
    return show(client, tab=tab).content.decode()


def accept(row, editor):
    row.refresh_from_db()
    return services.accept_conversation(conversation_id=row.pk, user=editor, seen=row.version)


def test_what_fills_the_trap_waits_among_the_spam(client, promised):
    assert post(client, website="https://x.example").status_code == 200
    row = Conversation.objects.get()
    assert (row.state, row.waiting_since, row.due_at, row.assignee) == ("spam", None, None, None)
    assert row.messages.get().text == "The paywall asks twice"
    assert not PromiseClock.objects.exists()
    assert not Activity.objects.filter(kind="letter").exists()
    assert send() == []


def test_bots_above_the_rate_are_answered_and_store_nothing(client):
    for number in range(6):
        fields = {"website": "https://x.example", "text": f"Offer {number}"}
        assert post_json(client, **fields).status_code == 202
    assert ConversationMessage.objects.count() == 3


def test_many_links_of_an_unproved_address(client, write, proved):
    links = "The sources of your article on the river, for the editors who asked me: "
    links += " ".join(f"https://example.org/{number}" for number in range(6))
    post_json(client, text=links)
    assert Conversation.objects.get().state == "spam"
    assert write(links).state == "new"
    Conversation.objects.all().delete()
    post_json(client, text=links.rsplit(" ", 1)[0])
    assert Conversation.objects.get().state == "new"


def test_words_that_comments_take_for_spam(client):
    post_json(client, text=PILLS, name="Cheap pills")
    row = Conversation.objects.get()
    assert row.state == "spam"
    assert row.events.get().detail["suspicions"] == ["words"]


def test_without_comments_words_set_nothing_aside(client, monkeypatch):
    monkeypatch.setattr(signals.spam_asked, "receivers", [])
    signals.spam_asked.sender_receivers_cache.clear()
    post_json(client, text=PILLS, name="Cheap pills")
    assert Conversation.objects.get().state == "new"


def test_who_writes_in_an_open_conversation_is_not_suspected(write, proved):
    known = write("The paywall asks twice")
    assert write(PILLS) == known
    known.refresh_from_db()
    assert (known.state, known.messages.count()) == ("new", 2)


def test_spam_joins_no_open_conversation(write, reader):
    known = write("The paywall asks twice")
    aside = write(PILLS)
    assert aside != known
    assert write(PILLS + " Again.") == aside
    known.refresh_from_db()
    assert (known.state, known.messages.count(), known.version) == ("new", 1, 1)
    assert write("One more thing") == known


def test_the_tab_holds_it_and_no_other(staff, spam):
    for tab in ("new", "mine", "open", "waiting", "late", "snoozed", "closed"):
        assert "Nothing here." in list_tab(staff, tab)
    page = list_tab(staff, "spam")
    assert "Not spam" in page
    assert reverse("cx_conversations:conversation", args=[spam.pk]) in page
    assert "Assign to me" not in page


def test_not_spam_is_new_and_late_from_when_it_came_in(client, staff, spam, promised):
    came = timezone.now() - datetime.timedelta(hours=5)
    Conversation.objects.update(created_at=came)
    url = reverse("cx_conversations:conversation", args=[spam.pk])
    page = staff.get(url).content.decode()
    assert "a field that readers don&#x27;t see was filled in" in page
    assert "Send the answer" not in page
    response = staff.post(url, {"do": "accept", "seen": spam.version}, follow=True)
    assert "The conversation is new." in response.content.decode()
    spam.refresh_from_db()
    assert (spam.state, spam.waiting_since) == ("new", came)
    assert spam.due_at == came + datetime.timedelta(hours=4)
    assert PromiseClock.objects.get(goal="first").begun_at == came
    assert Activity.objects.get(kind="letter").object_id == spam.pk
    assert reverse("cx_conversations:conversation", args=[spam.pk]) in list_tab(staff, "late")
    (proof,) = send()
    assert client.post(link_in(proof), **OWN).status_code == 200
    spam.refresh_from_db()
    assert spam.verified


def test_not_spam_twice_is_a_conflict(staff, spam):
    url = reverse("cx_conversations:conversation", args=[spam.pk])
    staff.post(url, {"do": "accept", "seen": spam.version})
    assert staff.post(url, {"do": "accept", "seen": spam.version}).status_code == 409
    spam.refresh_from_db()
    again = staff.post(url, {"do": "accept", "seen": spam.version})
    assert again.status_code == 400
    assert Activity.objects.filter(kind="letter").count() == 1


def test_spam_closes_it_and_mails_nothing(staff, spam, promised):
    url = reverse("cx_conversations:conversation", args=[spam.pk])
    response = staff.post(url, {"do": "spam", "seen": spam.version}, follow=True)
    assert "closed as spam" in response.content.decode()
    spam.refresh_from_db()
    assert (spam.state, spam.outcome) == ("closed", "spam")
    assert not PromiseClock.objects.exists()
    assert send() == []


def test_several_at_once(staff, client, editor, spam):
    post_json(client, website="https://x.example", email="eva@example.org", page=None)
    rows = Conversation.objects.order_by("pk")
    ticked = [f"{row.pk}:{row.version}" for row in rows]
    response = staff.post(
        f"{INBOX}bulk/", {"do": "accept", "tab": "spam", "conversation": ticked}, follow=True
    )
    assert "changed" in response.content.decode()
    assert {row.state for row in Conversation.objects.all()} <= {"new", "closed"}
    assert not Conversation.objects.filter(state="spam").exists()


def test_a_letter_taken_in_joins_the_open_conversation(write, editor, promised):
    known = write("The paywall asks twice")
    aside = write(PILLS)
    came = known.created_at - datetime.timedelta(hours=1)
    Conversation.objects.filter(pk=aside.pk).update(created_at=came)
    assert accept(aside, editor) == known
    known.refresh_from_db()
    aside.refresh_from_db()
    assert (aside.outcome, aside.merged_into) == ("merged", known)
    assert (known.state, known.waiting_since) == ("new", came)
    assert known.due_at == came + datetime.timedelta(hours=4)
    assert known.messages.count() == 2


@pytest.mark.parametrize("do", ["answer", "snooze", "reopen", "merge"])
def test_nothing_else_is_done_with_it(editor, spam, do):
    spam.refresh_from_db()
    common = {"user": editor, "seen": spam.version}
    calls = {
        "answer": lambda: services.answer_conversation(
            conversation_id=spam.pk, text="Hello", **common
        ),
        "snooze": lambda: services.snooze_conversation(
            conversation_id=spam.pk, until=timezone.now() + datetime.timedelta(1), **common
        ),
        "reopen": lambda: services.reopen_conversation(conversation_id=spam.pk, **common),
        "merge": lambda: services.merge_conversations(
            source_id=spam.pk, target_id=spam.pk + 1, **common
        ),
    }
    with pytest.raises(InvalidInput):
        calls[do]()
    spam.refresh_from_db()
    assert spam.state == "spam"


def test_a_letter_to_the_author_is_theirs_once_taken_in(write, editor, article):
    article.owner = editor
    article.save()
    aside = write(PILLS, page_id=article.pk, to="author")
    assert (aside.state, aside.assignee) == ("spam", None)
    assert accept(aside, editor).assignee == editor


def test_reopened_spam_asks_for_the_address(editor, spam):
    common = {"conversation_id": spam.pk, "user": editor}
    services.close_conversation(outcome="spam", seen=spam.version, **common)
    services.reopen_conversation(seen=spam.version + 1, **common)
    (proof,) = send()
    assert proof.to == ["ana@example.org"]


def test_a_proof_takes_nothing_out_of_the_spam(client, write, proved):
    known = write("Known words")
    post_json(client, text="From another browser")
    post_json(client, website="https://x.example")
    (proof,) = send()
    client.post(link_in(proof), **OWN)
    assert known.messages.count() == 2
    aside = Conversation.objects.get(state="spam")
    assert (aside.verified, aside.reader) == (True, Reader.objects.get(pk=known.reader_id))


def test_it_is_deleted_after_the_time_of_closed_ones(spam, settings):
    later = timezone.now() + datetime.timedelta(days=731)
    assert reader_erasure.delete_old_conversations(now=later) == 1
    assert not Conversation.objects.exists()


def test_every_reason_has_words():
    assert set(letters.Suspicion.values) == {"trap", "links", "words"}
