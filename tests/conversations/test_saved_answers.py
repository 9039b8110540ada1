"""Saved answers: their placeholders, the menu in a conversation, their screens."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from cx_feedback.conversations.models import SavedAnswer
from tests.pages import squeeze

pytestmark = pytest.mark.django_db
ANSWERS = "/admin/cx-feedback/conversation-answers/"
JSON = {"HTTP_ACCEPT": "application/json"}
TEXT = "Dear {reader}: {subject}, {page}, {link}. {editor}, {site}"


@pytest.fixture
def saved():
    return SavedAnswer.objects.create(title="Thanks", text=TEXT)


def path_of(conversation):
    return reverse("cx_conversations:conversation", args=[conversation.pk])


def insert(client, conversation, saved, text="", **headers):
    data = {"do": "insert", "saved": getattr(saved, "pk", saved), "text": text}
    return client.post(path_of(conversation), data, **headers)


def test_the_script_gets_the_text_filled_for_the_conversation(
    client, editor, write, article, saved
):
    editor.first_name, editor.last_name = "Edith", "Gray"
    editor.save()
    client.force_login(editor)
    conversation = write(page_id=article.pk, subject="The {site}")
    sent = insert(client, conversation, saved, **JSON).json()["text"]
    site = article.get_site()
    name = site.site_name or site.hostname
    assert sent == (
        f"Dear Ana: The {{site}}, {article.title}, {article.full_url}. Edith Gray, {name}"
    )
    assert conversation.messages.count() == 1


def test_what_is_not_known_stays_in_braces(client, editor, write, saved):
    client.force_login(editor)
    sent = insert(client, write(), saved, **JSON).json()["text"]
    assert sent.startswith("Dear Ana: {subject}, {page}, {link}. ")


def test_without_script_the_form_comes_back_with_what_was_typed_and_the_answer(
    client, editor, write, saved
):
    client.force_login(editor)
    conversation = write()
    page = insert(client, conversation, saved, text="Good morning\n")
    assert page.status_code == 200
    html = page.content.decode()
    assert "Good morning\n\nDear Ana: " in html.split("<textarea")[1].split("</textarea")[0]
    assert conversation.messages.count() == 1
    conversation.refresh_from_db()
    assert conversation.version == 1


@pytest.mark.parametrize("which", ["", "x", "999999"])
def test_an_unknown_one_leaves_the_text_as_it_is(client, editor, write, which):
    client.force_login(editor)
    conversation = write()
    assert insert(client, conversation, which, **JSON).json() == {"text": ""}
    html = insert(client, conversation, which, text="Typed").content.decode()
    assert ">Typed</textarea>" in squeeze(html)


def test_the_menu_is_there_once_something_is_saved(client, editor, write):
    client.force_login(editor)
    conversation = write()
    assert b"data-cx-insert" not in client.get(path_of(conversation)).content
    saved = SavedAnswer.objects.create(title="Thanks", text="Thank you")
    html = squeeze(client.get(path_of(conversation)).content)
    assert f'<option value="{saved.pk}">Thanks</option>' in html


def test_who_may_not_answer_there_gets_no_text(client, make_editor, write, saved):
    client.force_login(make_editor("nobody", codenames=["access_admin"]))
    assert insert(client, write(), saved, **JSON).status_code in (302, 403)


def test_they_are_kept_in_the_admin(client, editor):
    codenames = [f"{action}_savedanswer" for action in ("add", "change", "delete", "view")]
    client.force_login(editor)
    assert client.get(ANSWERS).status_code in (302, 403)
    editor.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    refused = client.post(f"{ANSWERS}new/", {"title": "Hi", "text": "Dear {name}"})
    assert "Unknown placeholder: {name}. Use {reader}, {subject}" in refused.content.decode()
    assert client.post(f"{ANSWERS}new/", {"title": "Hi", "text": TEXT}).status_code == 302
    assert SavedAnswer.objects.get().text == TEXT
    assert b"Hi" in client.get(ANSWERS).content
    inbox = client.get("/admin/cx-feedback/conversations/").content.decode()
    assert ANSWERS in inbox
