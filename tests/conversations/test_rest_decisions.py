"""Decisions over REST name the version that was seen, like those of the inbox."""

import datetime
import json
import uuid

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.utils import timezone

from cx_feedback.conversations import services
from cx_feedback.conversations.models import Conversation, ConversationMessage, ConversationSection
from cx_feedback.core.people.account_ids import format_account_id
from cx_feedback.mail import services as post_office
from tests.conftest import FOREIGN, OWN, consenting

pytestmark = pytest.mark.django_db
REST = "/feedback/api/v1/conversations/"
JSON = {"content_type": "application/json"}


@pytest.fixture
def staff(client, editor):
    client.force_login(editor)
    return client


def decide(client, conversation, name, *, headers=OWN, key="", **data):
    pk = getattr(conversation, "pk", conversation)
    if isinstance(conversation, Conversation):
        conversation.refresh_from_db()
        data = {"version": conversation.version, **data}
    named = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    return client.post(f"{REST}{pk}/{name}/", json.dumps(data), **JSON, **headers, **named)


def test_a_program_reads_and_answers(staff, editor, write, proved):
    conversation = write()
    shown = staff.get(f"{REST}{conversation.pk}/").json()
    assert [(one["direction"], one["text"]) for one in shown["messages"]] == [
        ("in", "The paywall asks twice")
    ]
    assert (shown["state"], shown["tags"], shown["to_author"]) == ("new", [], False)
    assert "ana@example.org" not in json.dumps(shown)
    done = decide(staff, conversation, "answers", text="We have mended it.")
    assert done.status_code == 200
    found = done.json()
    assert (found["state"], found["assignee"], found["version"]) == (
        "waiting",
        format_account_id(editor.pk),
        2,
    )
    assert [one["author"] for one in found["messages"]] == [None, format_account_id(editor.pk)]
    post_office.send_due()
    assert [message.to for message in mail.outbox] == [["ana@example.org"]]


def test_an_answer_with_a_key_happens_once(staff, write, proved):
    conversation, key = write(), str(uuid.uuid4())
    first = decide(staff, conversation, "answers", key=key, text="Once", version=1)
    again = decide(staff, conversation, "answers", key=key, text="Once", version=1)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert ConversationMessage.objects.filter(direction="out").count() == 1
    other = decide(staff, conversation, "answers", key=key, text="Twice", version=2)
    assert other.status_code == 422
    assert decide(staff, conversation, "answers", text="Once", version=1).status_code == 409


def test_what_is_new_comes_back_and_nothing_is_stored(staff, write, answer, make_editor):
    conversation = write()
    bea = make_editor("bea")
    answer(conversation, "The first answer", user=bea)
    response = decide(staff, conversation, "answers", text="The second answer", version=1)
    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "urn:cx-feedback:problem:conflict"
    assert [(one["action"], one["user"], one["version"]) for one in problem["events"]] == [
        ("answer", format_account_id(bea.pk), 2)
    ]
    current = problem["current"]
    assert (current["version"], current["state"]) == (2, "waiting")
    assert current["messages"][-1]["text"] == "The first answer"
    assert conversation.messages.filter(direction="out").count() == 1
    again = {"text": "The second answer", "version": current["version"]}
    assert decide(staff, conversation, "answers", **again).status_code == 200


def test_each_decision_is_that_of_the_inbox(staff, editor, write, make_editor):
    conversation, bea = write(), make_editor("bea")
    until = (timezone.now() + datetime.timedelta(days=2)).isoformat()
    for name, data, expected in (
        ("notes", {"text": "I know her"}, {"state": "new"}),
        (
            "assign",
            {"assignee": format_account_id(bea.pk)},
            {"assignee": format_account_id(bea.pk), "state": "open"},
        ),
        ("assign", {"assignee": None}, {"assignee": None}),
        ("tags", {"tags": ["bill", "Bill", ""]}, {"tags": ["Bill"]}),
        ("snooze", {"until": until}, {"state": "snoozed"}),
        ("reopen", {}, {"state": "open", "snoozed_until": None}),
        ("close", {"outcome": "solved"}, {"state": "closed", "outcome": "solved"}),
        ("reopen", {}, {"state": "open", "outcome": ""}),
    ):
        response = decide(staff, conversation, name, **data)
        assert response.status_code == 200, (name, response.content)
        assert expected.items() <= response.json().items(), name
    assert response.json()["messages"][-1]["direction"] == "note"
    events = conversation.events.order_by("pk").values_list("action", "user")
    assert list(events)[1:] == [
        (action, editor.pk)
        for action in ["note", "assign", "assign", "tag", "snooze", "reopen", "close", "reopen"]
    ]


def test_the_messages_of_two_become_one(staff, write, article):
    source, target = write("One"), write("Two", page_id=article.pk)
    response = decide(staff, source, "merge", target=target.pk)
    assert (response.status_code, response.json()["outcome"]) == (200, "merged")
    shown = staff.get(f"{REST}{target.pk}/").json()
    assert [one["text"] for one in shown["messages"]] == ["One", "Two"]


@pytest.mark.parametrize(
    ("name", "data", "field"),
    [
        ("answers", {"text": " "}, "text"),
        ("answers", {"text": 5}, "text"),
        ("answers", {"text": "x" * 10_001}, "text"),
        ("answers", {"text": "Hi", "version": None}, "version"),
        ("answers", {"text": "Hi", "version": "1"}, "version"),
        ("answers", {"text": "Hi", "version": 2**40}, "version"),
        ("answers", {"text": "Hi", "outcome": "merged"}, "outcome"),
        ("notes", {}, "text"),
        ("assign", {"assignee": 2**70}, "assignee"),
        ("assign", {"assignee": 999_999}, "assignee"),
        ("snooze", {}, "until"),
        ("snooze", {"until": "2020-01-01T00:00:00Z"}, "until"),
        ("snooze", {"until": "9999-12-31T23:59:59-12:00"}, "until"),
        ("snooze", {"until": 5}, "until"),
        ("close", {}, "outcome"),
        ("close", {"outcome": ["solved"]}, "outcome"),
        ("tags", {"tags": "bill"}, "tags"),
        ("tags", {"tags": ["x" * 41]}, "tags"),
        ("tags", {"tags": [1]}, "tags"),
        ("tags", {"tags": [f"t{n}" for n in range(21)]}, "tags"),
        ("merge", {}, "target"),
        ("merge", {"target": 999_999}, "target"),
    ],
)
def test_each_wrong_field_is_named(staff, write, name, data, field):
    conversation = write()
    response = decide(staff, conversation, name, **data)
    assert (response.status_code, list(response.json()["errors"])) == (400, [field])
    conversation.refresh_from_db()
    assert (conversation.version, conversation.messages.count()) == (1, 1)


def test_a_closed_conversation_takes_no_answer(staff, write, editor):
    conversation = write()
    services.close_conversation(
        conversation_id=conversation.pk, outcome="solved", user=editor, seen=1
    )
    refused = decide(staff, conversation, "answers", text="Too late")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["state"])


def test_who_may_not_answer_is_not_assigned(staff, write, make_editor):
    nobody = make_editor("nobody", codenames=["access_admin"])
    refused = decide(staff, write(), "assign", assignee=format_account_id(nobody.pk))
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["assignee"])


def test_other_sections_readers_and_other_sites_decide_nothing(
    client, home, article, write, make_editor
):
    elsewhere = home.add_child(instance=type(article)(title="Elsewhere", slug="elsewhere"))
    mine, theirs = (write(by=consenting(), page_id=page.pk) for page in (article, elsewhere))
    assert decide(client, mine, "notes", text="Hi").status_code == 403
    assert client.get(f"{REST}{mine.pk}/").status_code == 403
    group = Group.objects.create(name="Mine")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    ConversationSection.objects.create(group=group, page=article)
    client.force_login(make_editor("bounded", ["access_admin"], [group]))
    assert client.get(f"{REST}{theirs.pk}/").status_code == 404
    assert decide(client, theirs, "notes", text="Hi").status_code == 404
    assert decide(client, mine, "notes", text="Hi", headers=FOREIGN).status_code == 403
    assert decide(client, 2**64, "notes", text="Hi", version=1).status_code == 404
    assert decide(client, mine, "notes", text="Hi").status_code == 200
    assert ConversationMessage.objects.filter(direction="note").count() == 1


def test_openapi_names_what_was_seen(client):
    schema = client.get("/feedback/api/v1/schema/").json()
    described = schema["paths"]["/feedback/api/v1/conversations/{conversation_id}/answers/"]["post"]
    assert "ConversationConflictOut" in json.dumps(described["responses"]["409"])
    assert "IdempotencyKey" in json.dumps(described["parameters"])
    required = schema["components"]["schemas"]["AnswerIn"]["required"]
    assert set(required) == {"text", "version"}
