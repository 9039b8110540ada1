"""How moderators narrow the queue, and what their plain forms do."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import Ban, Comment, Flag, ModerationEvent, State
from cx_feedback.readers import services as readers
from tests.comments.seen import seen

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cx-feedback/comments/"


@pytest.fixture
def mod_client(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def found(mod_client):
    """A function that returns the ids that the queue shows with these filters."""

    def found(**query):
        response = mod_client.get(QUEUE, {"state": "all", **query})
        assert response.status_code == 200
        return {comment.pk for comment in response.context["object_list"]}

    return found


def test_by_section_flag_signal_language_and_age(found, talk, home, write, reader):
    section = home.add_child(instance=type(talk)(title="Culture", slug="culture"))
    below = section.add_child(instance=type(talk)(title="Film", slug="film"))
    inside, flagged, signed, spanish, old = (
        write(page=below), write(), write(), write(), write(),
    )  # fmt: skip
    everything = {c.pk for c in (inside, flagged, signed, spanish, old)}
    Flag.objects.create(comment=flagged, reader=reader, reason="abuse")
    links = [{"scorer": "links", "points": 2.0, "detail": {"links": 4}}]
    Comment.objects.filter(pk=signed.pk).update(spam_findings=links)
    Comment.objects.filter(pk=spanish.pk).update(language="es")
    days = timezone.now() - datetime.timedelta(days=3)
    Comment.objects.filter(pk=old.pk).update(created_at=days)

    assert found(section=section.pk) == {inside.pk}
    assert found(flag="abuse") == {flagged.pk}
    assert found(flag="spam") == set()
    assert found(signal="links") == {signed.pk}
    assert found(signal="repeats") == set()
    assert found(language="es") == {spanish.pk}
    assert found(age="last-day") == everything - {old.pk}
    assert found(age="day") == {old.pk}
    assert found(age="last-week") == everything
    assert found(age="week") == set()
    assert found(section=section.pk, language="es") == set()
    services.reject_comments(ids=[old.pk], reason="Insults or hate")
    undone = services.reject_comments(ids=[signed.pk], reason="Insults or hate")
    services.undo_decision(batch=undone.batch)
    assert found(reason="insults") == {old.pk}
    assert found(reason="advertising") == set()


@pytest.mark.parametrize(
    "query", [{"section": "x"}, {"age": "never"}, {"language": "xx"}, {"page": "9" * 40}]
)
def test_nonsense_in_a_filter_is_no_error_of_the_server(mod_client, write, query):
    write()
    assert mod_client.get(QUEUE, query).status_code == 200


def test_a_hundred_at_once_through_the_view(mod_client, talk, home, write):
    ids = []
    for n in range(5):
        page = home.add_child(instance=type(talk)(title=f"Page {n}", slug=f"page-{n}"))
        ids += [write(page=page, reader=readers.create_reader()).pk for _ in range(20)]

    def cost(ids):
        seen_before = seen(ids)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = mod_client.post(
                f"{QUEUE}decide/",
                {"act": "approve", "ids": ids, "seen": seen_before},
                HTTP_ACCEPT="application/json",
            )
        assert answer.status_code == 200
        return len(queries), len(answer.json()["changed"])

    frame, none = cost([10**9])
    assert none == 0
    whole, changed = cost(ids)
    assert changed == 100
    # The frame: session, account and rights, and the one claim that finds nothing.
    assert whole - (frame - 1) <= 15


def test_plain_posts_of_the_dialogs(mod_client, write, moderator):
    comment, other = write(), write()
    Comment.objects.update(author_key="a" * 32)
    url = f"{QUEUE}{comment.pk}/"
    assert mod_client.get(f"{url}reject/").context["reasons_of_sites"][0].reasons
    back = f"{QUEUE}?state=all"
    sent = {"one": f"reject:{comment.pk}", "reason": "Off topic", "words": "", "next": back}
    sent["seen"] = seen([comment.pk])
    response = mod_client.post(f"{QUEUE}decide/", sent)
    assert (response.status_code, response["Location"]) == (302, back)
    own = {"one": f"reject:{other.pk}", "reason": "Off topic", "words": "In my own words"}
    own["seen"] = seen([other.pk])
    mod_client.post(f"{QUEUE}decide/", own)
    reasons = dict(ModerationEvent.objects.values_list("comment", "reason"))
    assert reasons == {comment.pk: "Off topic", other.pk: "In my own words"}

    for wrong in ({}, {"kinds": ["nonsense"]}, {"kinds": ["author"], "days": "x"}):
        answer = mod_client.post(f"{url}ban/", {"reason": "Kept words", **wrong})
        assert answer.status_code == 400
        assert b"Kept words" in answer.content
    assert not Ban.objects.exists()
    waiting = write()
    Comment.objects.filter(pk=waiting.pk).update(author_key="a" * 32)
    sent = {"kinds": ["author"], "days": "7", "reason": "Insults", "sweep": "on", "shadow": "on"}
    assert mod_client.post(f"{url}ban/", sent).status_code == 302
    ban = Ban.objects.get()
    assert (ban.kind, ban.shadow, ban.reason, ban.moderator) == (
        "author",
        True,
        "Insults",
        moderator,
    )
    week = datetime.timedelta(days=7)
    assert abs(ban.until - timezone.now() - week) < datetime.timedelta(minutes=5)
    assert Comment.objects.get(pk=waiting.pk).state == State.SPAM


ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def test_an_attack_is_text_on_every_screen(admin_client, admin_user, write, reader):
    """As an old import could have left it: in each field, cleaned by nobody."""
    comment = write(reader=reader)
    Comment.objects.update(
        author_name=ATTACK, author_email=ATTACK, text=ATTACK, author_key="a" * 32,
        spam_findings=[{"scorer": ATTACK, "points": 2.0, "detail": {"words": [ATTACK]}},
                 {"scorer": "words", "points": 2.0, "detail": {"words": [ATTACK]}}],
    )  # fmt: skip
    Flag.objects.create(comment=comment, reader=reader, reason="other", text=ATTACK)
    Comment.objects.update(flags=1)
    home = admin_client.get("/admin/").content.decode()
    queue = admin_client.get(QUEUE).content.decode()
    assert "&lt;script&gt;" in home
    assert "&lt;script&gt;" in queue
    services.ban_author(
        comment_id=comment.pk, kinds=["author"], reason=ATTACK, moderator=admin_user
    )
    services.reject_comments(ids=[comment.pk], moderator=admin_user, reason=ATTACK)
    pages = [home, queue]
    one = f"{comment.pk}/"
    for path in ("?state=all", "log/", "bans/", "performance/", one, f"{one}reject/", f"{one}ban/",
                 f"{one}answer/", f"?state=all&q={ATTACK}", f"?author={ATTACK}"):  # fmt: skip
        pages.append(admin_client.get(QUEUE + path).content.decode())
    pages.append(admin_client.get("/admin/reports/site-history/").content.decode())
    for html in pages:
        assert "<script>alert" not in html
        assert "<img src=x" not in html
