"""Each answer about conversations is made by the serializer that describes it."""

import datetime

import pytest
from django.utils import timezone

from cx_feedback.conversations.mails.conversation_links import create_link
from cx_feedback.conversations.models import Conversation
from cx_feedback.core.people.account_ids import format_account_id
from tests.rest_shapes import ShapeWalk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("added_field")]


def test_serializers_make_the_answers(client, editor, article, write):
    walk = ShapeWalk(client, "conversations/")
    letter = {"text": "The paywall asks twice.", "email": "ana@example.org", "page": article.pk}
    walk.call(client, "conversations/", {**letter, "email": "no address"}, status=400)
    walk.call(client, "conversations/", letter, status=202)
    token = create_link(write("Three", to="author")).rstrip("/").rpartition("/")[2]
    walk.call(client, f"conversations/own/{token}/", {"text": "Thank you"}, status=201)
    client.force_login(editor)
    walk.call(client, "conversations/?limit=1")
    check_decisions(walk, client, editor, write("One", page_id=article.pk), write("Two"))
    assert walk.get_missing() == set()


def check_decisions(walk, client, editor, conversation, target):
    path = f"conversations/{conversation.pk}/"
    until = timezone.now().replace(microsecond=0) + datetime.timedelta(days=2)
    walk.call(client, path)
    for name, data in (
        ("notes", {"text": "She wrote about this before."}),
        ("assign", {"assignee": format_account_id(editor.pk)}),
        ("tags", {"tags": ["paywall"]}),
        ("answers", {"text": "We have mended it. Thank you!"}),
        ("snooze", {"until": until.isoformat()}),
        ("reopen", {}),
        ("close", {"outcome": "solved"}),
    ):
        version = Conversation.objects.get(pk=conversation.pk).version
        walk.call(client, f"{path}{name}/", {**data, "version": version})
        walk.call(client, f"{path}{name}/", {**data, "version": version}, status=409)
    version = Conversation.objects.get(pk=conversation.pk).version
    merged = {"target": target.pk, "version": version}
    walk.call(client, f"{path}merge/", {**merged, "version": 1}, status=409)
    walk.call(client, f"{path}merge/", merged)
