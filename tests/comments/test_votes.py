"""Votes and flags: once a reader, exact counters, by form and by REST alike."""

import datetime
import itertools
import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import (
    Comment,
    CommentSettings,
    Flag,
    ModerationEvent,
    State,
    Thread,
    Vote,
)
from cx_feedback.comments.services.best_first_rank import compute_rank
from cx_feedback.comments.services.votes import VoteChoice
from cx_feedback.comments.submission.author import Actor
from cx_feedback.comments.submission.page_rules import load_rules
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader, StoredAnswer
from tests.conftest import FOREIGN, OWN

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/comments/"
PAGES = "/feedback/comments/"


@pytest.fixture
def set_rules(talk):
    """A function that sets the site's setting."""

    def set_rules(**values):
        CommentSettings.objects.update_or_create(site=talk.get_site(), defaults=values)

    return set_rules


def send(client, method, path, body=None, headers=OWN):
    call = getattr(client, method)
    return call(API + path, json.dumps(body), content_type="application/json", **headers)


def votes(client, comment, value, **more):
    return send(client, "post", f"{comment.pk}/votes/", {"value": value}, **more)


def counted(comment):
    comment.refresh_from_db()
    return comment.up, comment.down


def test_a_vote_is_set_changed_and_taken_back_over_rest(client, write, set_rules):
    set_rules(votes="both")
    comment = write(state="published")
    version = Thread.objects.get().version
    for value, counts in ((1, (1, 0)), (1, (1, 0)), (-1, (0, 1)), (0, (0, 0)), (1, (1, 0))):
        response = votes(client, comment, value)
        assert response.json() == {"up": counts[0], "down": counts[1], "mine": value}
        assert counted(comment) == counts
    assert comment.rank == pytest.approx(compute_rank(1, 0))
    assert Thread.objects.get().version == version + 4  # the repeat changed nothing
    assert votes(Client(), comment, -1).json() == {"up": 1, "down": 1, "mine": -1}
    mine = client.get(API, {"page": comment.thread.page_id, "only": "mine"}).json()
    assert mine["votes"] == {str(comment.pk): 1}
    assert send(client, "delete", f"{comment.pk}/votes/").json()["mine"] == 0
    assert Vote.objects.count() == 1


def later():
    """Let the moment pass in which a second press is a double click."""
    old = timezone.now() - datetime.timedelta(seconds=4)
    StoredAnswer.objects.update(created_at=old)


def test_a_form_toggles_and_the_page_shows_it_at_once(client, talk, write):
    comment = write(state="published")
    for n in (1, 0, 1):
        response = client.post(f"{PAGES}{comment.pk}/votes/", {"value": "1"}, **OWN)
        assert response.status_code == 303
        assert response["Location"] == f"{talk.url}#cx-comment-{comment.pk}"
        assert f"<b>{n}</b>" in client.get(talk.url).content.decode()
        later()
    there = {"HTTP_REFERER": f"http://testserver{PAGES}{comment.pk}/"}
    response = client.post(f"{PAGES}{comment.pk}/votes/", {"value": "1"}, **OWN, **there)
    assert response["Location"] == f"{PAGES}{comment.pk}/#cx-comment-{comment.pk}"


def test_a_double_click_of_a_known_reader_takes_nothing_back(client, write):
    comment = write(state="published")
    client.post(f"{PAGES}{comment.pk}/votes/", {"value": "1"}, **OWN)
    later()
    for n in (0, 1):
        for _ in range(2):
            client.post(f"{PAGES}{comment.pk}/votes/", {"value": "1"}, **OWN)
        assert counted(comment) == (n, 0)
        later()


def test_a_form_of_the_script_sets_what_its_request_set(client, write):
    """The answer to the script's request was lost, so that it posts the form."""
    comment = write(state="published")
    key = "5e1e1a3c-8c1b-4c58-9c6e-0c6e5a3d2f10"
    votes(client, comment, 1, headers={**OWN, "HTTP_IDEMPOTENCY_KEY": key})
    for sent in (key, key[::-1], ""):
        data = {"value": "1", "idempotency_key": sent}
        assert client.post(f"{PAGES}{comment.pk}/votes/", data, **OWN).status_code == 303
        assert counted(comment) == (1, 0)
        later()
    data = {"value": "0", "idempotency_key": ""}
    for _ in range(2):
        assert client.post(f"{PAGES}{comment.pk}/votes/", data, **OWN).status_code == 303
        assert counted(comment) == (0, 0)
        later()


def test_what_is_no_vote_leaves_nothing(client, write, set_rules, reader):
    comment, waiting = write(state="published", reader=reader), write()
    Reader.objects.exclude(pk=reader.pk).delete()
    for value in (-1, 2, True, "1", None):
        answer = votes(client, comment, value)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["value"])
    assert votes(client, comment, 1, headers=FOREIGN).status_code == 403
    assert votes(client, comment, 1, headers={}).status_code == 403
    client.cookies["cx_reader"] = reader.key.hex
    assert votes(client, comment, 1).status_code == 403  # one's own
    assert votes(client, waiting, 1).status_code == 404
    assert send(client, "post", f"{2**64}/votes/", {"value": 1}).status_code == 404
    set_rules(votes="none")
    assert votes(Client(), comment, 1).status_code == 403
    assert client.post(f"{PAGES}{comment.pk}/votes/", {"value": "1"}, **OWN).status_code == 403
    assert counted(comment) == (0, 0)
    assert not Vote.objects.exists()
    assert list(Reader.objects.all()) == [reader]


def test_the_rank_is_wilsons_lower_bound():
    assert compute_rank(0, 0) == 0
    assert compute_rank(1, 0) == pytest.approx(0.2065, abs=1e-4)
    assert compute_rank(40, 5) == pytest.approx(0.7650, abs=1e-4)
    assert compute_rank(0, 9) == 0
    assert compute_rank(1, 0) < compute_rank(40, 5) < compute_rank(400, 50) < 1


def test_an_account_votes_once_from_every_browser(talk, write, django_user_model):
    comment = write(state="published")
    user = django_user_model.objects.create_user("eva", password="pw")
    for _ in range(2):
        browser = Client()
        browser.force_login(user)
        response = votes(browser, comment, 1)
        assert response.json() == {"up": 1, "down": 0, "mine": 1}
        assert "cx_reader" not in response.cookies


def react(client, comment, reaction, **more):
    return send(client, "post", f"{comment.pk}/votes/", {"reaction": reaction}, **more)


def test_reactions_are_votes_with_a_name(client, talk, write, set_rules):
    comment = write(state="published")
    plain = Client()
    assert votes(plain, comment, 1).json() == {"up": 1, "down": 0, "mine": 1}
    set_rules(votes="reactions", reactions=["like", "love", "sad"])
    for reaction, up, counts in (
        ("love", 2, {"like": 1, "love": 1}),
        ("love", 2, {"like": 1, "love": 1}),
        ("sad", 2, {"like": 1, "sad": 1}),
        ("like", 2, {"like": 2}),
        ("love", 2, {"like": 1, "love": 1}),
    ):
        told = react(client, comment, reaction).json()
        assert (told["up"], told["reactions"], told["reaction"]) == (up, counts, reaction)
    comment.refresh_from_db()
    assert (comment.up, comment.reactions) == (2, {"love": 1})
    assert comment.rank == pytest.approx(compute_rank(2, 0))
    page = comment.thread.page_id
    mine = [b.get(API, {"page": page, "only": "mine"}).json() for b in (client, plain)]
    assert [each["reactions"] for each in mine] == [
        {str(comment.pk): "love"},
        {str(comment.pk): "like"},
    ]
    listed = client.get(API, {"page": page}).json()["comments"]
    assert listed[0]["reactions"] == {"like": 1, "love": 1}
    # Back to votes: nothing was lost, and a vote is not counted beside the reaction.
    set_rules(votes="both")
    assert votes(client, comment, 1).json() == {"up": 2, "down": 0, "mine": 1}
    assert votes(client, comment, -1).json() == {"up": 1, "down": 1, "mine": -1}
    comment.refresh_from_db()
    assert comment.reactions == {}
    assert Vote.objects.count() == 2


def test_reactions_without_scripts(client, talk, write, set_rules):
    set_rules(votes="reactions", reactions=["wow", "love"])
    comment = write(name='A "<b>"', state="published")
    html = client.get(talk.url).content.decode()
    assert re.findall(r'name="reaction"\s+value="(\w+)"', html) == ["love", "wow"]
    assert "I love it, the comment of A &quot;&lt;b&gt;&quot;: 0" in html
    for n in (1, 0, 1):
        sent = {"reaction": "love", "lang": "en"}
        response = client.post(f"{PAGES}{comment.pk}/votes/", sent, **OWN)
        assert (response.status_code, counted(comment)) == (303, (n, 0))
        later()
    html = client.get(talk.url).content.decode()
    given, _details, others = html.partition("<details>")
    assert ('value="love"' in given, 'value="wow"' in others) == (True, True)


def test_what_is_no_reaction_leaves_nothing(client, write, set_rules):
    comment = write(state="published")
    for rules, reaction in (
        ({"votes": "up"}, "love"),
        ({"votes": "reactions", "reactions": ["love"]}, "sad"),
        ({"votes": "reactions"}, "🧨"),
        ({"votes": "reactions"}, ["love"]),
        ({"votes": "reactions"}, 1),
        ({"votes": "reactions"}, ""),
    ):
        set_rules(**rules)
        answer = react(client, comment, reaction)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["reaction"])
    set_rules(votes="reactions", reactions=["love"])
    assert votes(client, comment, -1).status_code == 400
    assert votes(client, comment, 1).status_code == 400  # a like is not among them
    assert client.post(f"{PAGES}{comment.pk}/votes/", {"reaction": "x"}, **OWN).status_code == 400
    assert counted(comment) == (0, 0)
    assert not Vote.objects.exists()


def test_reactions_of_the_forgotten_are_taken_back(client, write, set_rules):
    set_rules(votes="reactions")
    comment = write(state="published")
    react(client, comment, "love")
    react(Client(), comment, "love")
    first = Vote.objects.order_by("pk").first().reader
    assert services.votes.erase_votes(reader_ids=[first.pk]) == 1
    comment.refresh_from_db()
    assert (comment.up, comment.reactions) == (1, {"love": 1})


def test_a_vote_that_is_counted_while_its_reader_is_erased(client, write, monkeypatch):
    comment = write(state="published")
    assert votes(client, comment, 1).status_code == 200
    Vote.objects.update(counted=False)
    Comment.objects.update(up=0)
    lock = Thread.objects.select_for_update

    def count_and_lock(**how):
        Vote.objects.update(counted=True)
        Comment.objects.update(up=1)
        return lock(**how)

    monkeypatch.setattr(Thread.objects, "select_for_update", count_and_lock)
    assert services.votes.erase_votes(reader_ids=[Vote.objects.get().reader_id]) == 1
    assert counted(comment) == (0, 0)


def test_editors_choose_the_reactions(admin_client, talk):
    site = talk.get_site()
    url = reverse("wagtailsettings:edit", args=["cx_feedback_comments", "commentsettings", site.pk])
    html = admin_client.get(url).content.decode()
    assert "😮 It surprises me" in html
    values = {
        "rule": "all", "free_after": 3, "close_after": 0, "allowed_authors": "anyone",
        "votes": "reactions", "edit_minutes": 10, "flags_to_hide": 0, "blocked_words": "",
            "spam_promise": 500, "alert_hours": 24,
        "reject_reasons": "",
    }  # fmt: skip
    answer = admin_client.post(url, values)
    assert "reactions" in answer.context["form"].errors  # at least one
    admin_client.post(url, {**values, "reactions": ["idea", "love"]})
    assert load_rules(talk).reactions == ("love", "idea")


def test_a_flag_counts_once_and_some_of_them_hide(client, talk, write, set_rules):
    set_rules(flags_to_hide=2)
    comment = write("Buy", state="published")
    for status in (201, 200):
        answer = send(client, "post", f"{comment.pk}/flags/", {"reason": "spam", "text": "ad"})
        assert answer.status_code == status
    comment.refresh_from_db()
    assert (comment.flags, comment.state, Flag.objects.get().text) == (1, "published", "ad")
    other = Client()
    page = other.get(f"{PAGES}{comment.pk}/flags/?lang=en").content.decode()
    assert "Why are you reporting it?" in page
    wrong = other.post(f"{PAGES}{comment.pk}/flags/", {"text": "My <b> words"}, **OWN)
    assert (wrong.status_code, "My &lt;b&gt; words" in wrong.content.decode()) == (400, True)
    response = other.post(f"{PAGES}{comment.pk}/flags/", {"reason": "abuse"}, **OWN)
    assert response["Location"] == f"{talk.url}#cx-flag-thanks"
    comment.refresh_from_db()
    thread = Thread.objects.get()
    assert (comment.flags, comment.state) == (2, State.PENDING)
    assert (thread.published, thread.waiting) == (0, 1)
    assert ModerationEvent.objects.get(action="flags").to_state == State.PENDING
    assert other.get(f"{PAGES}{comment.pk}/flags/").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "dislike"}, "reason"),
        ({}, "reason"),
        ({"reason": ["spam"]}, "reason"),
        ({"reason": "spam", "text": "x" * 501}, "text"),
        ({"reason": "spam", "text": 5}, "text"),
    ],
)
def test_bad_flags_name_the_field(client, write, body, field):
    answer = send(client, "post", f"{write(state='published').pk}/flags/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Flag.objects.exists()
    assert not Reader.objects.exists()


def test_best_first_pages_by_rank_and_key_with_picks_and_pins(client, talk, write, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_SHOWN": 3}
    made = [write(state="published") for _ in range(9)]
    voters = [Actor(readers.create_reader()) for _ in range(4)]
    for comment, n in zip(made, itertools.cycle([0, 3, 1]), strict=False):
        for actor in voters[:n]:
            services.cast_vote(comment_id=comment.pk, actor=actor, choice=VoteChoice(1))
    Comment.objects.filter(pk=made[0].pk).update(picked=True)
    Comment.objects.filter(pk=made[3].pk).update(pinned_at=made[3].created_at)
    rest = [made[i].pk for i in (7, 4, 1, 8, 5, 2, 6)]
    seen, link = [], f"{PAGES}page/{talk.pk}/?order=best"
    while link:
        html = client.get(link).content.decode()
        seen += [int(part.split('"')[0]) for part in html.split('id="cx-comment-')[1:]]
        more = re.search(r'data-cx-more\s+href="([^"]+)"', html)
        link = more and f"{PAGES}page/{talk.pk}/{more[1].replace('&amp;', '&')}"
    assert seen == [made[3].pk, made[0].pk, *rest]
    assert "Pinned" in client.get(f"{PAGES}page/{talk.pk}/?lang=en").content.decode()
    ids, after = [], ""
    while after is not None:
        query = {"page": talk.pk, "order": "best", "limit": 2, "after": after}
        part = client.get(API, {k: v for k, v in query.items() if v}).json()
        ids += [c["id"] for c in part["comments"]]
        after = part["next"]
    assert ids == [*rest[:6], made[6].pk, made[3].pk, made[0].pk]
    for after in ("1e400_x", "nan_" + "0" * 13, "0.5", "0.5_" + "Z" * 13, "2_" + "0" * 13):
        bad = client.get(API, {"page": talk.pk, "order": "best", "after": after})
        assert list(bad.json()["errors"]) == ["after"]
