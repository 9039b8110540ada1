"""An editor of one section and the conversations of another, by their ids."""

import json

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from cx_feedback.conversations.models import Conversation, ConversationSection
from tests.conftest import OWN
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db
REST, INBOX = "/feedback/api/v1/conversations/", "/admin/cx-feedback/conversations/"
DECISIONS = {
    "answer": ("answers", {"text": "x"}),
    "note": ("notes", {"text": "x"}),
    "assign": ("assign", {}),
    "snooze": ("snooze", {"until": "2027-01-01T00:00:00Z"}),
    "close": ("close", {"outcome": "solved"}),
    "reopen": ("reopen", {}),
    "tag": ("tags", {"tags": ["x"]}),
    "merge": ("merge", {}),
}


@pytest.fixture
def pages(home):
    return [
        home.add_child(instance=ArticlePage(title=name, slug=name)) for name in ("mine", "theirs")
    ]


@pytest.fixture
def rows(write, pages):
    """A conversation of the editor's section, and one of the same reader in another."""
    return [write(f"Word-{page.slug}", page_id=page.pk) for page in pages]


@pytest.fixture
def bounded(client, make_editor, pages):
    group = Group.objects.create(name="Mine")
    codenames = ["access_admin", "answer_conversation"]
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    ConversationSection.objects.create(group=group, page=pages[0])
    client.force_login(make_editor("bounded", codenames=[], groups=[group]))
    return client


def send(client, path, **data):
    return client.post(f"{REST}{path}/", json.dumps(data), content_type="application/json", **OWN)


def untouched(row):
    stored = Conversation.objects.get(pk=row.pk)
    return (stored.version, stored.state, stored.messages.count()) == (1, "new", 1)


@pytest.mark.parametrize("do", [*DECISIONS, "accept", "spam", "insert"])
def test_nothing_is_decided_on_the_conversations_of_others(bounded, rows, do):
    mine, theirs = rows
    name, data = DECISIONS.get(do, ("", {}))
    form = {"do": do, "seen": 1, "target": mine.pk, "outcome": "solved", **data}
    page = bounded.post(f"{INBOX}{theirs.pk}/", form)
    assert b"Word-theirs" not in page.content
    if name:
        target = {"target": mine.pk} if do == "merge" else {}
        assert send(bounded, f"{theirs.pk}/{name}", version=1, **data, **target).status_code == 404
    bounded.post(f"{INBOX}bulk/", {"conversation": f"{theirs.pk}:1", "do": "take"})
    assert untouched(theirs)


def test_nothing_is_merged_into_the_conversations_of_others(bounded, rows):
    mine, theirs = rows
    form = {"do": "merge", "seen": 1, "target": theirs.pk}
    assert bounded.post(f"{INBOX}{mine.pk}/", form).status_code == 400
    answer = send(bounded, f"{mine.pk}/merge", version=1, target=theirs.pk)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["target"])
    assert untouched(mine)
    assert untouched(theirs)


def test_nothing_is_told_of_the_conversations_of_others(bounded, rows):
    mine, theirs = rows
    assert [row["id"] for row in bounded.get(REST).json()["conversations"]] == [mine.pk]
    for url in (INBOX, f"{INBOX}?q=word-theirs", f"{INBOX}{mine.pk}/"):
        assert b"Word-theirs" not in bounded.get(url).content
    asked = {"ids": theirs.pk, "at": theirs.pk, "seen": 1}
    told = bounded.get(reverse("cx_conversations:presence"), asked)
    assert told.json() == {"looking": {}, "news": ""}


def test_a_form_without_its_token_decides_nothing(rows, editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    row = rows[0]
    forms = {
        f"{INBOX}{row.pk}/": {"do": "close", "outcome": "solved", "seen": 1},
        f"{INBOX}bulk/": {"do": "take", "conversation": f"{row.pk}:1"},
    }
    for url, form in forms.items():
        assert client.post(url, form).status_code == 403
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        closed = client.post(
            f"{REST}{row.pk}/close/",
            json.dumps({"version": 1, "outcome": "solved"}),
            content_type="application/json",
            headers=headers,
        )
        assert closed.status_code in (401, 403)
    assert untouched(row)
