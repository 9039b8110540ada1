"""The log of decisions names the text that each was about."""

import datetime

import pytest
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import Ban, Comment, CommentSettings, Rule
from cx_feedback.comments.submission.author import Actor
from tests.comments.seen import seen
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
DECIDE = "/admin/cx-feedback/comments/decide/"
API = "/feedback/api/v1/comments/"
LOG = "/admin/cx-feedback/comments/log/"


def test_the_log_shows_what_was_approved_and_not_what_came_after(client, write, moderator):
    client.force_login(moderator)
    comment = write("Good words")
    services.approve_comments(ids=[comment.pk], moderator=moderator)
    comment.refresh_from_db()
    services.edit_as_moderator(
        comment_id=comment.pk,
        text="Words of the site",
        moderator=moderator,
        seen=services.get_seen(comment),
    )

    def read_log():
        lines = client.get(LOG).context["lines"]
        return {line.event.action: line.text for line in lines}

    assert read_log()["approve"] == "Good words"
    late = timezone.now() + datetime.timedelta(days=91)
    assert services.delete_old_revisions(now=late) == 1
    assert read_log()["approve"] is None
    html = client.get(LOG).content.decode()
    assert ("version 1 is no longer stored" in html, "Words of the site" in html) == (True, False)


@pytest.mark.parametrize("action", ["pick", "pin", "ban"])
def test_a_highlight_and_a_ban_name_the_text_and_outlive_it(
    client, talk, write, reader, moderator, action
):
    CommentSettings.objects.create(site=talk.get_site(), rule=Rule.OPEN)
    comment = write("Good words", state="published", reader=reader)
    if action == "ban":
        kinds = {"kinds": ["reader"], "until": timezone.now() + datetime.timedelta(seconds=1)}
        done = services.ban_author(comment_id=comment.pk, moderator=moderator, **kinds)
        Ban.objects.update(kind="client", key="elsewhere")
    else:
        done = services.highlight_comments(action, ids=[comment.pk], moderator=moderator)
    services.edit_comment(
        comment_id=comment.pk, actor=Actor(reader=reader), text="Other words", minutes=60
    )
    client.force_login(moderator)
    [line] = [line for line in client.get(LOG).context["lines"] if line.event.batch == done.batch]
    assert (line.text, Comment.objects.get().text) == ("Good words", "Other words")
    undone = services.undo_decision(batch=done.batch, moderator=moderator)
    assert list(undone.changed) == [comment.pk]
    comment.refresh_from_db()
    assert (comment.picked, comment.pinned_at) == (False, None)
    assert not Ban.objects.active().exists()


def test_what_a_rule_published_and_an_undo_name_the_text_too(client, talk, moderator):
    CommentSettings.objects.create(site=talk.get_site(), rule=Rule.OPEN)
    body = {"page": talk.pk, "name": "Ana", "text": "Good words"}
    answer = client.post(API, body, content_type="application/json", **OWN)
    pk = answer.json()["id"]
    done = services.decide_on_comments("hide", ids=[pk], moderator=moderator)
    services.undo_decision(batch=done.batch, moderator=moderator)
    url = f"{API}{pk}/"
    edited = client.patch(url, {"text": "Other words"}, content_type="application/json", **OWN)
    assert edited.status_code == 200
    client.force_login(moderator)
    lines = client.get(LOG).context["lines"]
    assert {line.event.action: line.text for line in lines} == dict.fromkeys(
        ["admit", "hide", "undo"], "Good words"
    )


def test_a_highlight_of_a_text_that_nobody_saw_is_a_conflict(
    client, talk, write, reader, moderator
):
    CommentSettings.objects.create(site=talk.get_site(), rule=Rule.OPEN)
    comment = write("Good words", state="published", reader=reader)
    client.force_login(moderator)
    sent = {"one": f"pick:{comment.pk}", "seen": seen([comment.pk])}
    services.edit_comment(
        comment_id=comment.pk, actor=Actor(reader=reader), text="Bad words", minutes=60
    )
    answer = client.post(DECIDE, sent, HTTP_ACCEPT="application/json").json()
    assert '<span class="addition">Bad</span>' in answer["conflicts"][str(comment.pk)]
    assert not Comment.objects.get().picked
    sent["seen"] = seen([comment.pk])
    client.post(DECIDE, sent)
    assert Comment.objects.get().picked
