"""The editors' inbox: tabs, search, one conversation, conflicts, sections, bulk."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from cx_feedback.conversations import permissions, services
from cx_feedback.conversations.models import Conversation, ConversationSection
from tests.conftest import consenting
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db
INBOX = "/admin/cx-feedback/conversations/"


@pytest.fixture
def inbox(client, editor):
    client.force_login(editor)
    return client


def show(client, **query):
    response = client.get(INBOX, query)
    assert response.status_code == 200
    return response


def ids_in(response):
    return [row.pk for row in response.context["page"].object_list]


def decide(client, conversation, do, **fields):
    conversation.refresh_from_db()
    data = {"do": do, "seen": conversation.version, **fields}
    return client.post(reverse("cx_conversations:conversation", args=[conversation.pk]), data)


def test_each_conversation_is_in_the_tab_of_its_state(inbox, write, editor, answer):
    rows = {name: write(name, by=consenting()) for name in ("new", "mine", "waiting", "closed")}
    decide(inbox, rows["mine"], "assign", assignee=editor.pk)
    answer(rows["waiting"])
    decide(inbox, rows["closed"], "close", outcome="solved")
    for name, row in rows.items():
        assert ids_in(show(inbox, tab=name)) == [row.pk], name
    assert ids_in(show(inbox, tab="snoozed")) == []
    late = timezone.now() - datetime.timedelta(hours=1)
    Conversation.objects.update(due_at=late)
    assert set(ids_in(show(inbox, tab="late"))) == {rows["new"].pk, rows["mine"].pk}
    counts = {one.tab.name: one.count for one in show(inbox).context["tabs"]}
    assert counts == {
        "new": 1, "mine": 1, "open": 1, "waiting": 1, "late": 2, "snoozed": 0, "closed": 1,
        "spam": 0,
    }  # fmt: skip


def test_the_queries_do_not_grow_with_the_conversations(inbox, write, article):
    def count():
        show(inbox)  # what is made once
        with CaptureQueriesContext(connection) as found:
            show(inbox)
        return len(found)

    for number in range(2):
        write(f"Letter {number}", by=consenting(), page_id=article.pk).tags.create(name="Tag")
    few = count()
    for number in range(30):
        write(f"Letter {number}", by=consenting(), page_id=article.pk).tags.create(name="Tag")
    assert count() == few <= 15


@pytest.mark.parametrize("query", ["PAYWALL", "camión", "camion", "ana@example", "perez acá"])
def test_search_finds_words_without_accents_and_case(inbox, write, query):
    found = write("El camión del paywall, acá. Pérez")
    write("Something else", by=consenting(), email="bo@example.org")
    assert ids_in(show(inbox, q=query)) == [found.pk]


def test_later_messages_and_notes_are_found_too(inbox, write, editor):
    conversation = write()
    services.add_note(conversation_id=conversation.pk, text="Zebra", user=editor)
    assert ids_in(show(inbox, q="zebra")) == [conversation.pk]


def test_a_conversation_is_answered_noted_tagged_snoozed_closed_and_opened(inbox, write):
    conversation = write()
    assert decide(inbox, conversation, "note", text="Between us").status_code == 302
    assert decide(inbox, conversation, "tag", tags="Paywall, Login").status_code == 302
    assert decide(inbox, conversation, "snooze", until="2030-01-01T10:00").status_code == 400
    soon = timezone.now() + datetime.timedelta(days=2)
    until = f"{soon:%Y-%m-%dT%H:%M}"
    assert decide(inbox, conversation, "snooze", until=until).status_code == 302
    assert decide(inbox, conversation, "answer", text="Mended").status_code == 302
    assert decide(inbox, conversation, "close", outcome="solved").status_code == 302
    assert decide(inbox, conversation, "reopen").status_code == 302
    conversation.refresh_from_db()
    assert conversation.state == Conversation.State.OPEN
    actions = list(conversation.events.values_list("action", flat=True))
    assert actions == ["begin", "note", "tag", "snooze", "answer", "close", "reopen"]
    page = inbox.get(reverse("cx_conversations:conversation", args=[conversation.pk]))
    for words in (b"The paywall asks twice", b"Between us", b"Mended", b"Login, Paywall"):
        assert words in page.content


def test_a_conversation_without_a_subject_is_named_by_its_writer(inbox, write):
    conversation = write()
    page = inbox.get(reverse("cx_conversations:conversation", args=[conversation.pk]))
    assert page.context["breadcrumbs_items"][-1]["label"] == "Ana"


def test_an_answer_to_what_changed_is_held_back_with_what_is_new(inbox, write, answer, make_editor):
    conversation = write()
    seen = conversation.version
    answer(conversation, "Bea was quicker", user=make_editor("bea"))
    held = inbox.post(
        reverse("cx_conversations:conversation", args=[conversation.pk]),
        {"do": "answer", "seen": seen, "text": "My long answer"},
    )
    assert held.status_code == 409
    html = held.content.decode()
    assert "has changed since you opened it" in html
    assert "Bea was quicker" in html
    assert "My long answer" in html
    assert f'name="seen" value="{seen + 1}"' in html
    assert conversation.messages.filter(direction="out").count() == 1


def test_an_answer_over_the_limit_is_given_back(inbox, write):
    conversation = write()
    long = "x" * 10_001
    refused = decide(inbox, conversation, "answer", text=long)
    assert refused.status_code == 400
    assert long in refused.content.decode()


def test_several_are_assigned_or_closed_and_changed_ones_are_left(inbox, write, editor):
    rows = [write(f"Letter {n}", by=consenting()) for n in range(3)]
    ticked = [f"{row.pk}:{row.version}" for row in rows]
    services.add_note(conversation_id=rows[0].pk, text="Wait", user=editor)
    inbox.post(f"{INBOX}bulk/", {"do": "take", "conversation": ticked})
    assert Conversation.objects.filter(assignee=editor).count() == 2
    ticked = [f"{row.pk}:{row.version}" for row in Conversation.objects.all()]
    inbox.post(f"{INBOX}bulk/", {"do": "close", "outcome": "spam", "conversation": ticked})
    assert Conversation.objects.filter(outcome="spam").count() == 3


def test_editors_of_a_section_see_what_is_about_its_pages(client, write, make_editor, home):
    inside = home.add_child(instance=ArticlePage(title="Politics", slug="politics"))
    below = inside.add_child(instance=ArticlePage(title="Taxes", slug="taxes"))
    outside = home.add_child(instance=ArticlePage(title="Sports", slug="sports"))
    group = Group.objects.create(name="Politics desk")
    ConversationSection.objects.create(group=group, page=inside)
    client.force_login(make_editor("pia", codenames=["access_admin"], groups=[group]))
    own = {write(page_id=page.pk).pk for page in (inside, below)}
    others = [write(page_id=outside.pk), write()]
    assert set(ids_in(show(client))) == own
    for row in others:
        path = reverse("cx_conversations:conversation", args=[row.pk])
        assert client.get(path, follow=True).status_code == 404
        data = {"do": "close", "seen": row.version, "outcome": "spam"}
        client.post(path, data)
        assert Conversation.objects.get(pk=row.pk).state == Conversation.State.NEW


def test_a_new_section_bounds_its_group_at_once(make_editor, home, django_user_model):
    group = Group.objects.create(name="Sports")
    group.permissions.set(Permission.objects.filter(codename="answer_conversation"))
    editor = make_editor(codenames=("access_admin",), groups=[group])
    assert permissions.get_scope(editor).everywhere
    section = ConversationSection.objects.create(group=group, page=home)
    again = django_user_model.objects.get(pk=editor.pk)
    assert permissions.get_scope(again).paths == (home.path,)
    section.delete()
    assert permissions.get_scope(django_user_model.objects.get(pk=editor.pk)).everywhere


def test_who_may_not_answer_sees_no_inbox(client, write, make_editor):
    client.force_login(make_editor("nobody", codenames=["access_admin"]))
    assert client.get(INBOX).status_code in (302, 403)
    path = reverse("cx_conversations:conversation", args=[write().pk])
    assert client.get(path).status_code in (302, 403)


def test_the_reader_s_acts_need_the_permission_to_see_readers(inbox, write, editor, admin_client):
    conversation = write()
    path = reverse("cx_conversations:conversation", args=[conversation.pk])
    assert b"What this reader did" not in inbox.get(path).content
    page = admin_client.get(path)
    assert b"What this reader did" in page.content
    assert b"Wrote to the editors" in page.content


@pytest.mark.parametrize(("wanted", "keys"), [(None, "on"), (True, "on"), (False, "")])
def test_the_screens_know_whether_the_editor_wants_shortcuts(inbox, write, editor, wanted, keys):
    path = reverse("cx_conversations:conversation", args=[write().pk])
    if wanted is not None:
        UserProfile.objects.update_or_create(user=editor, defaults={"keyboard_shortcuts": wanted})
    for page in (show(inbox), inbox.get(path)):
        assert f'data-cx-keys="{keys}"' in page.content.decode()
        assert b'id="cx-keys-help"' in page.content


@pytest.mark.parametrize("chosen", ["guest", "999999999", "nobody", "1\x00"])
def test_who_may_not_answer_is_named_and_nobody_loses_it(inbox, write, editor, make_editor, chosen):
    guest = make_editor("guest", codenames=["access_admin"])
    row = write()
    decide(inbox, row, "assign", assignee=editor.pk)
    chosen = guest.pk if chosen == "guest" else chosen
    response = decide(inbox, row, "assign", assignee=chosen)
    assert response.status_code == 400
    assert "This account may not answer this conversation." in response.content.decode()
    row.refresh_from_db()
    assert row.assignee == editor
    assert decide(inbox, row, "assign", assignee="").status_code == 302
    row.refresh_from_db()
    assert row.assignee is None


def test_the_log_names_who_got_it(inbox, write, editor, make_editor):
    row = write()
    decide(inbox, row, "assign", assignee=editor.pk)
    page = inbox.get(f"{INBOX}{row.pk}/").content.decode()
    assert "Assigned to: edith." in page


def test_an_assignee_who_lost_the_permission_is_shown_still(inbox, write, make_editor):
    guest = make_editor("guest", codenames=["access_admin"])
    row = write()
    Conversation.objects.filter(pk=row.pk).update(assignee=guest)
    page = inbox.get(f"{INBOX}{row.pk}/")
    assert page.context["editors"][-1][0] == guest
    assert decide(inbox, row, "assign", assignee=guest.pk).status_code == 400
    row.refresh_from_db()
    assert row.assignee == guest
