"""How a comment comes in: bans, points, the page's rule, the proof of an address."""

import datetime
import json
import re
from dataclasses import replace

import pytest
from altcha import Challenge, Payload, solve_challenge
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import (
    Ban,
    Comment,
    CommentSettings,
    ModerationEvent,
    Policy,
    Rule,
    SpamCheck,
    State,
)
from cx_feedback.comments.services import comment_storage
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.comments.spam import AuthorRecord, SpamFinding
from cx_feedback.comments.submission import ban_lookup, initial_state, page_rules
from cx_feedback.comments.submission.author_key import get_author_key
from cx_feedback.mail.models import Delivery
from cx_feedback.mail.services import send_due
from cx_feedback.readers.models import Reader
from tests.comments.spam_models import store_accuracy
from tests.comments.test_api import post
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
FORM = "/feedback/comments/post/"
CONFIRMED = "Thanks, that's confirmed."
LINKED = "More on this at https://example.org/market, worth a look."


@pytest.fixture
def rule(home):
    """A function that gives the site a rule."""
    from wagtail.models import Site

    def give(rule, **more):
        site = Site.objects.get(is_default_site=True)
        CommentSettings.objects.update_or_create(site=site, defaults={"rule": rule, **more})

    return give


@pytest.fixture(autouse=True)
def _cheap(settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "CHALLENGE_COST": 100}


def solution(problem):
    asked = Challenge.from_dict(problem["challenge"])
    return Payload(asked, solve_challenge(asked)).to_base64()


def ask_of(client, page, text="Hello, a word of mine", **data):
    """Post as a browser with a script and return the answer."""
    return post(client, page, **{"text": text, "seconds": 20, **data})


def sent():
    """Let the ledger send, and return all mails so far."""
    send_due()
    return mail.outbox


def state_of(answer):
    return Comment.objects.get(pk=answer.json()["id"]).state


@pytest.mark.parametrize(
    ("rule_is", "email", "state"),
    [
        (Rule.ALL, "", "pending"),
        (Rule.ALL, "ana@example.org", "pending"),
        (Rule.FIRST, "", "pending"),
        (Rule.FIRST, "ana@example.org", "awaiting"),
        (Rule.TRUSTED, "ana@example.org", "awaiting"),
        (Rule.OPEN, "", "published"),
    ],
)
def test_the_rule_decides_for_guests(client, talk, rule, rule_is, email, state):
    rule(rule_is)
    made = ask_of(client, talk, **({"email": email} if email else {}))
    assert (made.status_code, made.json()["state"]) == (201, state)
    assert rebuild_counters() == 0
    assert len(sent()) == (state == "awaiting")
    events = ModerationEvent.objects.values_list("moderator", "to_state", "action")
    assert list(events) == ([(None, "published", "admit")] if state == "published" else [])


def test_an_approved_address_that_anybody_may_type_is_no_known_author(client, talk, rule):
    rule(Rule.FIRST)
    key = get_author_key(email="ana@example.org")
    first = ask_of(client, talk, email="ana@example.org")
    press(client)
    services.approve_comments(ids=[first.json()["id"]])
    assert Comment.objects.get().author_key == key
    assert (
        ask_of(client, talk, text="My second", email="ana@example.org").json()["state"]
        == "published"
    )
    # Another browser types the same address: it waits, and no second mail goes out.
    other = ask_of(Client(), talk, text="I am Ana too", email="ana@example.org")
    assert other.json()["state"] == "pending"
    assert len(sent()) == 1


def test_an_author_is_stored_by_the_key_of_today(client, talk, settings):
    settings.SECRET_KEY_FALLBACKS = ["the one of last year"]
    ask_of(client, talk, email="ana@example.org")
    assert Comment.objects.get().author_key == get_author_key(email="ana@example.org")


@pytest.mark.parametrize(
    ("free_after", "approved", "state"),
    [(0, 0, "pending"), (0, 1, "published"), (2, 1, "pending"), (2, 2, "published")],
)
def test_nobody_is_trusted_before_an_approval(talk, free_after, approved, state):
    rules = replace(page_rules.load_rules(talk), rule=Rule.TRUSTED, free_after=free_after)
    record = AuthorRecord(approved=approved)
    assert initial_state.apply_rule(rules, verified=True, record=record, email="") == state


def test_network_scorers_are_asked_of_all_but_spam(client, talk, rule, monkeypatch):
    store_accuracy()
    rule(Rule.OPEN)
    monkeypatch.setattr(initial_state, "get_network_scorers", lambda submission: ["a scorer"])
    spam = ask_of(client, talk, website="https://a.example")
    honest = ask_of(client, talk, text="Hello, another word of mine")
    assert (state_of(spam), state_of(honest)) == ("spam", "pending")
    assert [check.comment_id for check in SpamCheck.objects.all()] == [honest.json()["id"]]


def test_a_comment_whose_author_nobody_checks_is_no_flood(write, monkeypatch):
    held = []
    monkeypatch.setattr(comment_storage, "hold_flood_comments", lambda: held.append(True))
    write()
    assert held == []


def link_in(message):
    return re.search(r"https?://[^/\s]+(/feedback/comments/verify-email/\S+)", message.body)[1]


def press(client):
    """Press the button behind the link of the last mail."""
    return client.post(link_in(sent()[-1]), **OWN)


def test_a_link_and_a_button_prove_an_address(client, talk, rule):
    rule(Rule.TRUSTED, free_after=2)
    ask_of(client, talk, email="Ana@Example.org", text="Secret <b>words</b>", name="Zed")
    ask_of(client, talk, email="ana@example.org", text="And some more of them")
    elsewhere = ask_of(Client(), talk, email="eva@example.org", text="Hello from Eva")
    first = next(m for m in sent() if m.to == ["ana@example.org"])
    assert len(sent()) == 2
    whole = first.subject + first.body + str(first.alternatives)
    assert "words" not in whole
    assert "Zed" not in whole
    path = link_in(first)
    scanned = Client().get(path)
    assert "Did you write this?" in scanned.content.decode()
    assert "<button>Yes, I wrote it</button>" in scanned.content.decode()
    assert "ana@example.org" not in scanned.content.decode()
    assert Comment.objects.filter(state="awaiting").count() == 3
    phone = Client()
    assert CONFIRMED in phone.post(path, **OWN).content.decode()
    states = dict(Comment.objects.values_list("author_email", "state").distinct())
    assert states == {"ana@example.org": "pending", "eva@example.org": "awaiting"}
    assert Reader.objects.filter(email="ana@example.org").count() == 1
    assert CONFIRMED in phone.get(path).content.decode()
    services.approve_comments(
        ids=Comment.objects.filter(state="pending").values_list("pk", flat=True)
    )
    # Two were approved: the third of a verified author is free, in both of her browsers.
    for browser in (client, phone):
        made = ask_of(browser, talk, email="ana@example.org", text=f"Third {browser}")
        assert made.json()["state"] == "published"
    assert state_of(elsewhere) == "awaiting"
    assert rebuild_counters() == 0


def test_who_was_banned_since_is_not_let_in_by_a_proof(client, talk, rule):
    rule(Rule.OPEN)
    first = ask_of(client, talk, email="ana@example.org")
    rule(Rule.FIRST)
    ask_of(client, talk, email="ana@example.org", text="Waits for its proof")
    services.ban_author(comment_id=first.json()["id"], kinds=["author"], sweep=True)
    ban_lookup.clear_ban_cache()  # tests have no commit
    assert CONFIRMED in press(client).content.decode()
    assert Comment.objects.get(text="Waits for its proof").state == "spam"
    assert rebuild_counters() == 0


def test_bad_and_old_links_say_so(client, talk, rule, monkeypatch):
    rule(Rule.FIRST)
    ask_of(client, talk, email="ana@example.org")
    path = link_in(sent()[0])
    for wrong in (path[:-3] + "xx/", path.replace("verify-email/", "verify-email/9")):
        assert client.post(wrong, **OWN).status_code == 400
    assert client.post(path, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    late = timezone.now().timestamp() + 4 * 86400
    monkeypatch.setattr("django.core.signing.time.time", lambda: late)
    assert "expired" in client.post(path, **OWN).content.decode()
    assert Comment.objects.get().state == "awaiting"


def test_no_second_mail_in_a_day_and_none_for_what_looks_like_spam(client, talk, rule, settings):
    rule(Rule.FIRST)
    ask_of(client, talk, email="ana@example.org")
    ask_of(client, talk, email="ana@example.org", text="Once more, from the same browser")
    assert Comment.objects.filter(state="awaiting").count() == 2
    ask_of(client, talk, email="eva@example.org", text=LINKED)
    ask_of(client, talk, email="eva@example.org", website="x", text="Into the trap")
    ask_of(client, talk, email="no@example.org", text="Without a browser", headers={})
    settings.CX_FEEDBACK = {"RATES": {"mail": "1/d", "comment": None}}
    for n in range(3):
        ask_of(Client(), talk, email=f"{n}@example.org", text=f"Number {n}")
    assert sorted(m.to[0] for m in sent()) == ["0@example.org", "ana@example.org"]
    assert Delivery.objects.count() == 2


def test_what_nobody_proves_is_deleted(client, talk, rule):
    rule(Rule.FIRST)
    ask_of(client, talk, email="ana@example.org")
    link = link_in(sent()[0])
    now = timezone.now()
    assert services.delete_unverified_comments(now=now + datetime.timedelta(days=3)) == 0
    assert services.delete_unverified_comments(now=now + datetime.timedelta(days=4)) == 1
    assert not Comment.objects.exists()
    assert rebuild_counters() == 0
    assert not Delivery.objects.exists()
    assert client.post(link, **OWN).status_code == 404


def test_origins_are_forgotten(client, talk):
    ask_of(client, talk)
    stored = Comment.objects.get()
    assert re.fullmatch("[0-9a-f]{16}", stored.client_hash)
    now = timezone.now()
    assert services.clear_client_hashes(now=now + datetime.timedelta(days=29)) == 0
    assert services.clear_client_hashes(now=now + datetime.timedelta(days=31)) == 1
    assert not Comment.objects.exclude(client_hash="").exists()


def test_a_doubtful_comment_has_to_pass_a_challenge(client, talk, rule):
    rule(Rule.OPEN)
    asked = ask_of(client, talk, text=LINKED)
    assert asked.status_code == 428
    assert asked["Content-Type"] == "application/problem+json"
    assert not Comment.objects.exists()
    assert not Reader.objects.exists()
    solved = solution(asked.json())
    other = ask_of(client, talk, text="Buy at b.shop", challenge=solved)
    assert (other.status_code, list(other.json()["errors"])) == (400, ["challenge"])
    made = ask_of(client, talk, text=LINKED, challenge=solved)
    assert (made.status_code, made.json()["state"]) == (201, "published")
    for headers in (OWN, {**OWN, "HTTP_IDEMPOTENCY_KEY": "new"}):
        again = ask_of(client, talk, text=LINKED, challenge=solved, headers=headers)
        assert (again.status_code, list(again.json()["errors"])) == (400, ["challenge"])
    assert Comment.objects.count() == 1
    signals = Comment.objects.get().spam_findings
    assert [(s["scorer"], s["points"]) for s in signals] == [("links", 2.0)]


def test_a_challenge_is_spent_once_whatever_the_cache_forgets(client, talk, rule):
    rule(Rule.OPEN)
    solved = solution(ask_of(client, talk, text=LINKED).json())
    answers = []
    for _ in range(2):
        answers.append(ask_of(client, talk, text=LINKED, challenge=solved))
        cache.clear()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Comment.objects.count() == 1


def test_the_plain_form_works_on_a_challenge_or_sends_to_the_editors(client, talk, rule):
    rule(Rule.OPEN)
    sent = {"page": talk.pk, "name": "Ana", "text": LINKED + " <b>", "lang": "en"}
    page = client.post(FORM, sent, **OWN)
    html = page.content.decode()
    assert page.status_code == 428
    assert "https://example.org/market, worth a look. &lt;b&gt;" in html
    assert not Comment.objects.exists()
    posted = dict(page.context["posted"])
    without = client.post(FORM, {**posted, "challenge": "", "without_script": "1"}, **OWN)
    assert (without.status_code, Comment.objects.get().state) == (303, "pending")
    Comment.objects.all().delete()
    solved = solution({"challenge": json.loads(page.context["challenge_json"])})
    text = {**posted, "name": "Ana", "challenge": solved}
    made = client.post(FORM, text, **OWN)
    assert made.status_code == 303
    assert Comment.objects.filter(state="published").count() == 1


@pytest.mark.parametrize(
    ("data", "state", "told"),
    [
        ({"website": "https://a.example"}, "spam", "pending"),
        ({"text": "[url=http://a.example]x[/url] http://b.example"}, "spam", "pending"),
        ({"text": "See http://a.example http://b.example http://c.example"}, "pending", "pending"),
        ({"text": "A word that is BLOCKED here"}, "pending", "pending"),
    ],
)
def test_points_put_aside_or_hold_without_telling(client, talk, rule, data, state, told):
    store_accuracy()
    rule(Rule.OPEN, blocked_words="blocked\n")
    made = ask_of(client, talk, **data)
    assert (made.status_code, made.json()["state"], state_of(made)) == (201, told, state)
    stored = Comment.objects.get()
    assert stored.spam_findings
    assert stored.spam_score == pytest.approx(sum(s["points"] for s in stored.spam_findings))
    events = list(ModerationEvent.objects.values_list("to_state", "spam_findings"))
    assert events == ([("spam", stored.spam_findings)] if state == "spam" else [])


@pytest.mark.parametrize("kind", ["author", "reader", "client"])
def test_a_ban_is_told_and_a_shadow_ban_is_not(client, talk, rule, kind):
    rule(Rule.OPEN)
    first = ask_of(client, talk, email="ana@example.org")
    services.ban_author(comment_id=first.json()["id"], kinds=[kind])
    ban_lookup.clear_ban_cache()  # tests have no commit
    refused = ask_of(client, talk, text="I am back, with other words", email="ana@example.org")
    assert (refused.status_code, len(refused.json()["errors"])) == (403, 1)
    form = {"page": talk.pk, "name": "Ana", "email": "ana@example.org", "text": "My <words>"}
    page = client.post(FORM, form, **OWN)
    assert page.status_code == 403
    assert "My &lt;words&gt;" in page.content.decode()
    assert Comment.objects.count() == 1
    Ban.objects.update(shadow=True)
    unseen = ask_of(client, talk, text="Me once more", email="ana@example.org")
    assert (unseen.status_code, unseen.json()["state"]) == (201, "pending")
    assert state_of(unseen) == "spam"
    stored = Comment.objects.get(pk=unseen.json()["id"])
    assert {"scorer": "shadow", "points": 0.0, "detail": {}} in stored.spam_findings
    assert not stored.suspected
    Ban.objects.update(until=timezone.now())
    assert state_of(ask_of(client, talk, text="Over now", email="ana@example.org")) == "published"


def test_only_accounts_where_the_site_wants_it(client, talk, rule, django_user_model):
    rule(Rule.FIRST, allowed_authors=CommentSettings.AllowedAuthors.ACCOUNTS)
    refused = ask_of(client, talk)
    assert (refused.status_code, list(refused.json()["errors"])) == (403, ["name"])
    user = django_user_model.objects.create_user("ana", "ana@example.org", first_name="Ana L.")
    client.force_login(user)
    made = ask_of(client, talk, name="Somebody else")
    assert made.json()["state"] == "pending"
    stored = Comment.objects.get()
    assert (stored.author_name, stored.user, stored.verified) == ("Ana L.", user, True)
    assert stored.author_key == get_author_key(user_id=user.pk)
    services.approve_comments(ids=[stored.pk])
    assert ask_of(client, talk, text="A second one").json()["state"] == "published"


def test_a_closed_policy_holds_at_once(client, talk):
    assert ask_of(client, talk).status_code == 201
    policy = Policy.objects.create(page=talk, rule=Rule.CLOSED)
    closed = ask_of(client, talk, text="Too late")
    assert (closed.status_code, list(closed.json()["errors"])) == (409, ["page"])
    policy.delete()
    assert ask_of(client, talk, text="Open again").status_code == 201


def test_a_guests_post_costs_few_statements(client, talk, rule, django_assert_max_num_queries):
    rule(Rule.OPEN)
    ask_of(client, talk, text="The first one looks up what is remembered")
    # Reader, day, comment and act are written; the savepoint is the test's.
    with django_assert_max_num_queries(11):
        ask_of(Client(), talk, text="The second one")


def test_other_words_are_looked_at_again(client, talk, rule):
    rule(Rule.OPEN, blocked_words="blocked")
    made = ask_of(client, talk)
    for text, waits in (
        ("Other words", False),
        (LINKED, True),
        ("Harmless again", False),
        ("[url=http://a.example]x[/url] http://b.example", True),
    ):
        one = f"/feedback/api/v1/comments/{made.json()['id']}/"
        edited = client.patch(one, {"text": text}, content_type="application/json", **OWN)
        assert (edited.status_code, "edit" in edited.json()) == (200, waits)
        assert state_of(made) == "published"
    assert Comment.objects.get().text == "Harmless again"
    assert rebuild_counters() == 0


@pytest.mark.parametrize(
    ("proven", "state"),
    [(None, State.PENDING), (8.5, State.PENDING), (7.0, State.SPAM), (6.5, State.SPAM)],
)
def test_a_comment_is_put_aside_only_from_the_proven_points_on(
    settings, monkeypatch, proven, state
):
    settings.CX_FEEDBACK = {
        **settings.CX_FEEDBACK,
        "COMMENTS_SCORES": {"hold": 2, "challenge": 4, "spam": 6},
    }
    monkeypatch.setattr(initial_state, "get_proven_border", lambda promise: proven)
    findings = [SpamFinding("words", 5.0), SpamFinding("links", 2.0)]
    assert initial_state.apply_score(findings, promise=500) == state
