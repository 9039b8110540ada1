"""Who else looks at a conversation or writes in it, as their screens ask every ten seconds."""

import time

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cx_feedback.conversations import services
from cx_feedback.conversations.models import ConversationSection
from cx_feedback.core.admin import presence
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db
URL = "/admin/cx-feedback/conversations/presence/"


def login(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ada(make_editor):
    return login(make_editor("ada"))


@pytest.fixture
def bob(make_editor):
    return login(make_editor("bob"))


def look(client, *rows, at=None, **more):
    found = {"ids": ",".join(str(row.pk) for row in rows)}
    if at:
        found |= {"at": at.pk, "seen": at.version}
    headers = {"If-None-Match": more.pop("etag")} if "etag" in more else {}
    return client.get(URL, found | more, headers=headers)


def test_colleagues_see_who_looks_and_who_writes(ada, bob, write):
    row = write()
    assert look(ada, row, at=row).json() == {"looking": {}, "news": ""}
    seen = look(bob, row, at=row, writing="1").json()["looking"]
    assert seen == {str(row.pk): "ada is looking at this."}
    assert look(ada, row, at=row).json()["looking"] == {str(row.pk): "bob is writing here."}
    # The list shows it too, and nobody is seen who only has the list open.
    assert look(ada, row).json()["looking"] == {str(row.pk): "bob is writing here."}


def test_several_are_named_together(ada, bob, make_editor, write):
    row = write()
    for name, writing in ("cleo", ""), ("dan", "1"), ("eve", "1"):
        look(login(make_editor(name)), row, at=row, writing=writing)
    look(bob, row, at=row)
    words = "dan and eve are writing here. bob and cleo are looking at this."
    assert look(ada, row).json()["looking"] == {str(row.pk): words}


def test_who_sends_nothing_for_twenty_seconds_is_gone(ada, bob, write, monkeypatch):
    row = write()
    look(bob, row, at=row)
    later = time.time() + presence.SECONDS + 1
    monkeypatch.setattr("cx_feedback.core.admin.presence.time.time", lambda: later)
    assert look(ada, row).json()["looking"] == {}


def test_nothing_new_is_304_and_light(ada, bob, write):
    row = write()
    look(bob, row, at=row)
    etag = look(ada, row, at=row).headers["ETag"]
    with CaptureQueriesContext(connection) as captured:
        again = look(ada, row, at=row, etag=etag)
    assert (again.status_code, again.content) == (304, b"")
    own = [one for one in captured if "cx_feedback" in one["sql"]]
    assert len(own) == 1, own
    look(bob, row, at=row, writing="1")
    assert look(ada, row, at=row, etag=etag).status_code == 200


def test_what_was_done_meanwhile_is_told(ada, bob, write, editor):
    row = write()
    etag = look(ada, row, at=row).headers["ETag"]
    services.add_note(conversation_id=row.pk, text="Mine", user=editor)
    services.answer_conversation(
        conversation_id=row.pk, text="Yes", user=editor, seen=row.version + 1
    )
    news = look(ada, row, at=row, etag=etag).json()["news"]
    assert news.startswith("Meanwhile: answered by edith, note written by edith.")


def test_outside_of_the_own_sections_nobody_is_seen_or_sees(ada, make_editor, write, home):
    row = write()
    group = Group.objects.create(name="Mine")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    section = home.add_child(instance=ArticlePage(title="Mine", slug="mine"))
    ConversationSection.objects.create(group=group, page=section)
    bounded = login(make_editor("bea", ["access_admin"], [group]))
    look(ada, row, at=row)
    services.add_note(conversation_id=row.pk, text="Mine", user=None)
    assert look(bounded, row, at=row).json() == {"looking": {}, "news": ""}
    assert look(ada, row).json()["looking"] == {}


@pytest.mark.parametrize("ids", ["", "x", "0", "9" * 40, ",,,", "-1"])
def test_senseless_ids_are_no_error(ada, ids):
    asked = {"ids": ids, "at": ids, "seen": ids}
    assert ada.get(URL, asked).json() == {"looking": {}, "news": ""}
