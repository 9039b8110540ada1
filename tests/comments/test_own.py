"""What authors may do with their own comments: by cookie, by account, for a while."""

import datetime
import json

import pytest
from django.test import Client
from django.utils import timezone

from cx_feedback.comments.models import Comment, CommentSettings, State, Thread
from cx_feedback.comments.services.counters import rebuild_counters
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/comments/"
PAGES = "/feedback/comments/"


@pytest.fixture
def author(client, reader):
    client.cookies["cx_reader"] = reader.key.hex
    return client


def patch(client, comment, text):
    body = json.dumps({"text": text})
    return client.patch(f"{API}{comment.pk}/", body, content_type="application/json", **OWN)


def test_an_edit_is_cleaned_and_waits_where_all_are_approved(author, talk, write, reader):
    comment = write("Frist!", state="published", reader=reader)
    answer = patch(author, comment, "First! <script>alert(1)</script> **yes**").json()
    assert (answer["state"], answer["html"]) == ("published", "<p>Frist!</p>")
    assert (
        answer["edit"] == "<p>First! &lt;script&gt;alert(1)&lt;/script&gt; <strong>yes</strong></p>"
    )
    assert (Thread.objects.get().published, Thread.objects.get().waiting) == (1, 0)
    CommentSettings.objects.create(site=talk.get_site(), rule="open")
    assert patch(author, comment, "Better").json()["state"] == "published"
    html = author.get(f"{PAGES}page/{talk.pk}/?lang=en").content.decode()
    assert ("Better" in html, "cx-edited" in html) == (True, True)


def test_deleting_leaves_a_place_where_it_was_answered(author, talk, write, reader):
    first = write("My secret", name="Zed", email="z@example.org", state="published", reader=reader)
    write("An answer", parent=first, state="published")
    lone = write("Alone", state="published", reader=reader)
    assert author.delete(f"{API}{lone.pk}/", **OWN).status_code == 204
    assert author.post(f"{PAGES}{first.pk}/delete/", **OWN).status_code == 303
    first.refresh_from_db()
    gone = (first.state, first.text, first.html, first.author_name, first.author_email)
    assert gone == (State.TOMBSTONE, "", "", "", "")
    html = author.get(talk.url).content.decode()
    assert html.count("cx-comment-removed") == 1
    assert "Zed" not in html
    assert Thread.objects.get().published == 1
    assert rebuild_counters() == 0
    assert author.delete(f"{API}{lone.pk}/", **OWN).status_code == 410


def test_nobody_else_and_nobody_too_late(author, write, reader):
    comment = write("Mine", state="published", reader=reader)
    stranger = Client()
    for client, status in ((stranger, 404), (author, 409)):
        if client is author:
            late = timezone.now() - datetime.timedelta(minutes=11)
            Comment.objects.update(created_at=late)
        assert patch(client, comment, "Other words").status_code == status
        assert client.delete(f"{API}{comment.pk}/", **OWN).status_code == status
        assert client.post(f"{PAGES}{comment.pk}/delete/", **OWN).status_code == status
        sent = client.post(f"{PAGES}{comment.pk}/edit/", {"text": "My <i> try"}, **OWN)
        assert sent.status_code == status
        assert "My &lt;i&gt; try" in sent.content.decode()
    assert stranger.get(f"{PAGES}{comment.pk}/edit/").status_code == 404
    without = json.dumps({"text": "x"})
    blind = author.patch(f"{API}{comment.pk}/", without, content_type="application/json")
    assert blind.status_code == 404  # says nothing of its origin: the cookie is not believed
    comment.refresh_from_db()
    assert (comment.text, comment.state) == ("Mine", "published")


@pytest.mark.parametrize("text", ["", "  ", "x" * 5001, 5, None])
def test_bad_words_are_named(author, write, reader, text):
    answer = patch(author, write("Mine", reader=reader), text)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["text"])
    assert Comment.objects.get().text == "Mine"


def test_ones_own_page_and_list(author, talk, write, reader):
    waiting = write("Waits", reader=reader)
    public = write("Stands", state="published", reader=reader)
    write("Of another")
    found = author.get(API, {"page": talk.pk, "only": "mine"}).json()
    assert [c["id"] for c in found["mine"]] == [waiting.pk]
    assert [c["id"] for c in found["own"]] == [public.pk, waiting.pk]
    html = author.get(f"{PAGES}mine/?page={talk.pk}&lang=en").content.decode()
    assert ("Waits" in html, "Stands" in html, "Of another" in html) == (True, True, False)
    assert f"{PAGES}{public.pk}/edit/" in html
    form = author.get(f"{PAGES}{public.pk}/edit/?lang=es").content.decode()
    assert ("Stands</textarea>" in form, 'lang="es"' in form) == (True, True)
    assert author.get(f"{PAGES}{public.pk}/delete/").status_code == 200
    Comment.objects.filter(pk=public.pk).update(created_at=timezone.now() - datetime.timedelta(1))
    assert "Stands" not in author.get(f"{PAGES}mine/").content.decode()
