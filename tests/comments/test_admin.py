import re

import pytest
from wagtail.models import ModelLogEntry

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, State, Thread
from cx_feedback.comments.receivers import name_comments
from tests.comments.seen import seen
from tests.pages import squeeze

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cx-feedback/comments/"
DECIDE = f"{QUEUE}decide/"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def mod_client(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def other_client(client, django_user_model):
    """An editor of the admin without the right to moderate."""
    from django.contrib.auth.models import Permission

    user = django_user_model.objects.create_user("other", "other@example.org", "pw")
    user.user_permissions.set(Permission.objects.filter(codename="access_admin"))
    client.force_login(user)
    return client


def shown(response):
    return [comment.pk for comment in response.context["object_list"]]


def test_the_queue_shows_what_waits_whole(mod_client, talk, write):
    parent = write("The first word", name="Eva", state="published")
    waiting = write("Long words " * 300, parent=parent, email="ana@example.org")
    response = mod_client.get(QUEUE)
    html = response.content.decode()
    assert shown(response) == [waiting.pk]
    rows = html.split('<ol class="cx-rows">')[1]
    assert rows.count("Long words") >= 300
    assert '<details class="cx-long">' in rows
    for part in ("The first word", "Eva", "ana@example.org", talk.title, "Approve", "Reject"):
        assert part in html
    counts = {tab.state: tab.count for tab in response.context["tabs"]}
    assert (counts["pending"], counts["published"], counts["all"]) == (1, 1, 2)


def test_beginnings_show_no_marks(mod_client, write):
    parent = write("**Bold** & a [link](https://example.org)\n\n> quoted", state="published")
    write("_a word_ " * 120, parent=parent)
    rows = squeeze(mod_client.get(QUEUE).content).split('<ol class="cx-rows">')[1]
    assert '<span dir="auto">Bold &amp; a link quoted</span>' in rows
    assert '<details class="cx-long"><summary><span>a word a word' in rows
    named = name_comments(None, kind="comment", ids={parent.pk})
    assert named[parent.pk].title == "Bold & a link quoted"


def test_words_of_any_direction_are_decided_on_in_theirs(mod_client, write):
    write("هذا تعليق", name="محمد")
    rows = squeeze(mod_client.get(QUEUE).content).split('<ol class="cx-rows">')[1]
    assert re.search(r'<b class="cx-name" dir="auto"[^>]*>محمد', rows)
    assert re.search(r'<div class="cx-text" dir="auto"[^>]*><p>هذا تعليق', rows)


def test_tabs_search_and_page(mod_client, talk, home, write):
    other = home.add_child(instance=type(talk)(title="Other", slug="other"))
    first = write("About queues", name="Iker")
    second = write("About trust", email="sol@example.org")
    third = write("About trust", page=other, state="reject")
    fourth = write("Buy", state="mark_spam")

    def found(**query):
        return set(shown(mod_client.get(QUEUE, query)))

    assert found() == {first.pk, second.pk}
    assert found(state="rejected") == {third.pk}
    assert found(state="spam") == {fourth.pk}
    assert found(state="all") == {first.pk, second.pk, third.pk, fourth.pk}
    assert found(state="nonsense") == found()
    assert found(q="queues") == found(q="Iker") == {first.pk}
    assert found(q="sol@") == {second.pk}
    assert found(state="all", page=other.pk) == {third.pk}
    assert found(state="all", created_at_from="2099-01-01") == set()
    results = mod_client.get(f"{QUEUE}results/", {"state": "all", "q": "trust"})
    assert set(shown(results)) == {second.pk, third.pk}
    assert b"<html" not in results.content


def test_the_queue_costs_the_same_for_many(mod_client, write, django_assert_max_num_queries):
    for _ in range(30):
        write(parent=write(state="published"))
    mod_client.get(QUEUE)
    with django_assert_max_num_queries(15):
        assert len(shown(mod_client.get(QUEUE))) == 30


def test_one_decision_by_its_button(mod_client, moderator, write):
    comment = write()
    back = f"{QUEUE}?state=pending"
    response = mod_client.post(
        DECIDE, {"one": f"approve:{comment.pk}", "next": back, "seen": seen([comment.pk])}
    )
    assert (response.status_code, response["Location"]) == (302, back)
    comment.refresh_from_db()
    assert comment.state == State.PUBLISHED
    assert comment.events.get().moderator == moderator
    assert ModelLogEntry.objects.get().user == moderator


def test_many_at_once_with_a_reason(mod_client, write):
    ids = [write().pk for _ in range(3)]
    sent = {"act": "reject", "ids": ids[:2], "reason": "Off topic", "seen": seen(ids)}
    response = mod_client.post(DECIDE, sent, **JSON)
    answer = response.json()
    assert answer["changed"] == {str(pk): ["pending", "rejected"] for pk in ids[:2]}
    assert answer["message"] == "2 comments rejected."
    assert set(Comment.objects.filter(state="pending").values_list("pk", flat=True)) == {ids[2]}
    for comment in Comment.objects.filter(state="rejected"):
        assert comment.events.get().reason == "Off topic"
    again = mod_client.post(DECIDE, sent, **JSON)
    assert (again.json()["changed"], again.json()["batch"]) == ({}, "")
    mod_client.post(f"{QUEUE}undo/{answer['batch']}/", **JSON)
    assert Comment.objects.filter(state="pending").count() == 3


@pytest.mark.parametrize(
    "data", [{}, {"one": "delete:1"}, {"one": "approve:x"}, {"act": "approve", "ids": ["1", "²"]}]
)
def test_nonsense_is_refused(mod_client, write, data):
    write()
    assert mod_client.post(DECIDE, data).status_code == 400
    assert Comment.objects.get().state == State.PENDING


def test_no_decision_by_a_link_nor_to_another_site(mod_client, write):
    comment = write()
    assert mod_client.get(DECIDE, {"one": f"approve:{comment.pk}"}).status_code == 405
    sent = {"one": f"approve:{comment.pk}", "next": "https://evil.example/"}
    sent["seen"] = seen([comment.pk])
    assert mod_client.post(DECIDE, sent)["Location"] == QUEUE


def test_no_decision_without_a_token(moderator, write):
    from django.test import Client

    comment = write()
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator)
    assert client.post(DECIDE, {"one": f"approve:{comment.pk}"}).status_code == 403
    comment.refresh_from_db()
    assert comment.state == State.PENDING


def test_one_comment_with_its_decisions(mod_client, moderator, write):
    comment = write("Some **words**", state="published")
    services.hide_comments(ids=[comment.pk], moderator=moderator, reason="Too loud")
    html = mod_client.get(f"{QUEUE}{comment.pk}/").content.decode()
    for part in ("Some **words**", "<strong>words</strong>", "Too loud", "mod", "Restore"):
        assert part in html
    assert mod_client.get(f"{QUEUE}424242/", follow=True).status_code == 404


def test_a_thread_is_closed_and_opened(mod_client, talk, write):
    write()
    url = f"{QUEUE}thread/{talk.pk}/"
    for closed in ("yes", "no"):
        page = f"{QUEUE}?state=all&page={talk.pk}"
        response = mod_client.post(url, {"closed": closed, "next": page})
        assert response["Location"] == page
        assert Thread.objects.get().closed is (closed == "yes")
    assert b"Close this thread" in mod_client.get(page).content


def test_menu_and_home_say_what_waits(mod_client, write):
    assert b"Comments that wait" not in mod_client.get("/admin/").content
    write("Wait for me")
    html = mod_client.get("/admin/").content.decode()
    assert "Comments (1)" in html
    assert "Comments to review" in html
    assert "Wait for me" in html


def test_who_may_not_moderate_sees_nothing(other_client, talk, write):
    comment = write("Not for you")
    html = other_client.get("/admin/").content.decode()
    assert "cx-comments" not in html
    assert "Not for you" not in html
    for path in ("", "results/", "counts/", f"{comment.pk}/"):
        response = other_client.get(QUEUE + path)
        assert response.status_code in (302, 403)
        assert b"Not for you" not in response.content
    other_client.post(DECIDE, {"one": f"approve:{comment.pk}"})
    other_client.post(f"{QUEUE}thread/{talk.pk}/", {"closed": "yes"})
    comment.refresh_from_db()
    assert comment.state == State.PENDING
    assert not Thread.objects.get().closed


def test_groups_can_be_given_the_right(admin_client):
    html = admin_client.get("/admin/groups/new/").content.decode()
    assert "Can moderate comments" in html


def test_the_audit_log_names_the_decision_and_links_to_it(admin_client, admin_user, write):
    comment = write()
    services.approve_comments(ids=[comment.pk], moderator=admin_user)
    html = admin_client.get("/admin/reports/site-history/").content.decode()
    assert "Comment approved" in html
    assert f"{QUEUE}{comment.pk}/" in html
    services.reject_comments(ids=[comment.pk], moderator=admin_user, reason="Off topic")
    html = admin_client.get("/admin/reports/site-history/").content.decode()
    assert "Comment rejected: Off topic" in html


def test_a_moderator_sees_the_decisions_in_the_audit_log_too(mod_client, moderator, write):
    services.approve_comments(ids=[write().pk], moderator=moderator)
    html = mod_client.get("/admin/reports/site-history/").content.decode()
    assert "Comment approved" in html
    assert "Comment moderation" in mod_client.get("/admin/").content.decode()


def test_an_authors_record_in_words(mod_client, write, reader):
    first = write(reader=reader)
    assert "First comment of this author." in mod_client.get(QUEUE).content.decode()
    services.reject_comments(ids=[first.pk])
    write(reader=reader, state="published")
    write(reader=reader)
    response = mod_client.get(QUEUE, {"author": f"reader:{reader.pk}"})
    [row] = response.context["rows"]
    [told] = response.context["view"].active_filters
    assert told.value == "Ana"
    assert row.record.words.startswith("1 published, 1 rejected, 1 waits, here since ")
    assert "spam" not in row.record.words


def test_the_block_has_a_preview(admin_client, talk):
    from django.template.loader import render_to_string

    from cx_feedback.comments.blocks import CommentsBlock

    block = CommentsBlock()
    value = block.get_preview_value()
    html = render_to_string(block.get_preview_template(value), block.get_preview_context(value))
    assert "cx-comment-form" in html
