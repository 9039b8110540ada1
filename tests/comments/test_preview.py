"""A preview shows how a comment will look, and stores nothing."""

import pytest

from cx_feedback.comments.models import Comment, CommentSettings, Rule, Thread
from cx_feedback.readers.models import Reader
from tests.conftest import FOREIGN, OWN

pytestmark = pytest.mark.django_db
POST = "/feedback/comments/post/"


def preview(client, page, text, **more):
    given = {"page": page.pk, "text": text, "lang": "en", "preview": "1", **more}
    return client.post(POST, given, **(more.pop("headers", None) or OWN))


def test_the_plain_form_shows_the_text_above_itself_and_keeps_it(client, talk):
    response = preview(client, talk, "A **bold** word\n<b>&", name="Ana", email="ana@example.org")
    html = response.content.decode()
    assert response.status_code == 200
    assert "<p>A <strong>bold</strong> word<br>\n&lt;b&gt;&amp;</p>" in html
    assert html.index("<strong>bold") < html.index("<textarea")
    assert "A **bold** word\n&lt;b&gt;&amp;</textarea>" in html
    assert 'value="Ana"' in html
    assert 'value="ana@example.org"' in html
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    assert not any(model.objects.exists() for model in (Comment, Thread, Reader))


def test_a_preview_of_a_reply_stays_a_reply(client, talk, write):
    parent = write("First", name="Eva", state="published")
    html = preview(client, talk, "*so*", parent=parent.pk).content.decode()
    assert f'name="parent" value="{parent.pk}"' in html
    assert "<em>so</em>" in html
    sent = {"page": talk.pk, "text": "*so*", "name": "Ana", "parent": parent.pk}
    assert client.post(POST, sent, **OWN).status_code == 303
    assert Comment.objects.get(parent=parent).text == "*so*"


def test_a_preview_has_the_bounds_of_a_comment(
    client, talk, settings, django_assert_max_num_queries
):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_LENGTH": 20}
    with django_assert_max_num_queries(14):
        long = preview(client, talk, "x" * 21)
    assert long.status_code == 400
    assert "has 21 characters" in long.content.decode()
    assert "x" * 21 in long.content.decode()
    assert preview(client, talk, " \u200b").status_code == 400
    assert preview(client, talk, "x", headers=FOREIGN).status_code == 403
    talk.unpublish()
    assert preview(client, talk, "x").status_code == 410
    assert not Comment.objects.exists()


def test_a_closed_thread_has_no_preview_and_gives_the_words_back(client, talk):
    CommentSettings.objects.create(site=talk.get_site(), rule=Rule.CLOSED)
    closed = preview(client, talk, "My words")
    assert closed.status_code == 409
    assert "My words" in closed.content.decode()


def test_previews_count_against_the_rate_of_writes(client, talk, settings):
    rates = {**settings.CX_FEEDBACK["RATES"], "write": "2/m"}
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "RATES": rates}
    assert [preview(client, talk, "x").status_code for _ in range(3)] == [200, 200, 429]


def preview_edit(client, comment, text):
    sent = {"text": text, "lang": "en", "preview": "1"}
    return client.post(f"/feedback/comments/{comment.pk}/edit/", sent, **OWN)


@pytest.fixture
def author(client, reader):
    client.cookies["cx_reader"] = reader.key.hex
    return client


def test_an_edit_is_shown_above_its_form_and_changes_nothing(author, talk, write, reader):
    comment = write("Old words", reader=reader, state="published")
    assert b'name="preview"' in author.get(f"/feedback/comments/{comment.pk}/edit/").content
    response = preview_edit(author, comment, "New **words**\n<b>")
    html = response.content.decode()
    assert (response.status_code, "no-store" in response["Cache-Control"]) == (200, True)
    assert "<p>New <strong>words</strong><br>\n&lt;b&gt;</p>" in html
    assert html.index("<strong>words") < html.index("New **words**\n&lt;b&gt;</textarea>")
    assert f'href="{talk.url}#cx-comments"' in html
    comment.refresh_from_db()
    assert (comment.text, comment.proposed, comment.edited_at) == ("Old words", None, None)
    assert not comment.revisions.exists()


def test_a_preview_of_an_edit_has_the_bounds_of_an_edit(author, talk, write, reader, settings):
    comment, theirs = write("Old words", reader=reader), write("Other words")
    empty = preview_edit(author, comment, "> \u200b")
    assert (empty.status_code, b"Write your comment first." in empty.content) == (400, True)
    assert preview_edit(author, theirs, "Mine").status_code == 404
    del author.cookies["cx_reader"]
    assert preview_edit(author, comment, "Mine").status_code == 404
    author.cookies["cx_reader"] = reader.key.hex
    CommentSettings.objects.create(site=talk.get_site(), edit_minutes=0)
    late = preview_edit(author, comment, "My late words")
    assert (late.status_code, b"My late words" in late.content) == (409, True)
    assert Comment.objects.get(pk=comment.pk).text == "Old words"
