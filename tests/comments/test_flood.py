"""A flood of spam publishes nothing and posts no mail, whatever the page's rule."""

import os
import random

import pytest
from django.core import mail
from wagtail.models import Site

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, CommentSettings, ModerationEvent, Rule
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.comments.spam import generated_samples
from cx_feedback.comments.submission import comment_input
from cx_feedback.comments.submission.author import Author
from cx_feedback.core.http import proof_of_work
from cx_feedback.core.http.problem_documents import build_problem
from cx_feedback.core.http.proof_of_work import ChallengeRequired
from cx_feedback.core.settings.settings_list import SETTINGS
from cx_feedback.mail.models import Delivery
from cx_feedback.readers import services as readers
from tests.comments.test_admission import solution

pytestmark = pytest.mark.django_db
#: What the flood of publify's pull request 10 was: 16,000 in four hours.
ALL, SECONDS = 16_000, 4 * 3600
#: A twentieth of it by default, at the same rate; CX_FLOOD=16000 posts all.
COUNT = int(os.environ.get("CX_FLOOD", ALL // 20))
PAYLOADS = [
    "https://win{n}.example.com",
    "[url=http://deal{n}.example.net]here[/url]",
    '<a href="http://deal{n}.example.net">here</a>',
    "cheap-pills{n}.shop",
    "whatsapp +44 7700 900{n:03d}",
    "visit best{n}seo dot com",
]


def posts(count, chance):
    """Yield bodies: every one wants readers to go somewhere, a tenth fills in the trap."""
    spam = [
        sample
        for sample in generated_samples.get_training_samples()
        + generated_samples.get_held_out_samples()
        if sample.is_spam
    ]
    for n in range(count):
        sample = chance.choice(spam)
        body = {
            "name": sample.name,
            "text": f"{sample.text} {chance.choice(PAYLOADS).format(n=n % 1000)}",
        }
        if chance.random() < 0.1:
            body |= {"text": sample.text, "website": "https://a.example"}
        if chance.random() < 0.7:
            body["email"] = f"victim{n}@example.org"
        if chance.random() < 0.5:
            body["seconds"] = chance.choice([0, 1, 30, 60])
        if chance.random() < 0.2:
            body["without_script"] = "1"
        yield body


def flood(page, count, monkeypatch, *, solves):
    """Post ``count`` at the flood's rate, by a clock that stands still in between.

    ``solves``: whether the programs solve what they are asked for. Returns how many did not get
    that far.
    """
    chance, now = random.Random(count), [1_800_000_000.0]
    monkeypatch.setattr("time.time", lambda: now[0])  # of rates, of what the cache forgets
    asked = 0
    for body in posts(count, chance):
        now[0] += SECONDS / ALL
        author = Author(client_hash=f"{chance.randrange(4000):016x}", has_browser=True)
        try:
            send(page, body, author)
        except ChallengeRequired as error:
            if solves:
                send(page, body | {proof_of_work.FIELD: solution(build_problem(error))}, author)
            else:
                asked += 1
    return asked


def send(page, body, author):
    draft = comment_input.parse_comment(body, page_id=page.pk, language="en")
    return services.store_comment(draft=draft, author=author, reader=readers.create_reader)


@pytest.fixture
def live(settings):
    """The rates that a site has by default; the tests' own switch them off."""
    rates = next(s.default for s in SETTINGS if s.name == "RATES")
    settings.CX_FEEDBACK = {"RATES": rates, "CHALLENGE_COST": 100}


def holds(page, count, monkeypatch, *, solves=False):
    asked = flood(page, count, monkeypatch, solves=solves)
    assert asked + Comment.objects.count() > count * 0.95  # the rest are doubles
    assert not Comment.objects.exclude(state__in=["spam", "pending"]).exists()
    assert not Delivery.objects.exists()
    assert not mail.outbox
    assert rebuild_counters() == 0


@pytest.mark.parametrize("solves", [False, True])
@pytest.mark.parametrize("rule", [Rule.OPEN, Rule.FIRST])
def test_a_flood_publishes_nothing_and_posts_no_mail(talk, live, monkeypatch, rule, solves):
    """Of programs that solve proofs of work too: what the first ones got in is taken back."""
    CommentSettings.objects.create(site=Site.objects.get(), rule=rule)
    holds(talk, 90, monkeypatch, solves=solves)


def test_what_a_moderator_published_is_not_taken_back(talk, live, moderator, monkeypatch):
    CommentSettings.objects.create(site=Site.objects.get(), rule=Rule.OPEN)
    kept = []
    for n in range(8):
        author = Author(client_hash=f"{n:016x}", has_browser=True)
        body = {"name": f"Name {n}", "text": f"As in https://{n}.example/{n}, number {n}"}
        body["seconds"] = 30
        with pytest.raises(ChallengeRequired) as asked:
            send(talk, body, author)
        made = send(
            talk, body | {proof_of_work.FIELD: solution(build_problem(asked.value))}, author
        )
        if n < 5:
            assert made.comment.state == "published"
        if n < 2:
            services.approve_comments(ids=[made.comment.pk], moderator=moderator)
            kept.append(made.comment.pk)
    assert set(Comment.objects.published().values_list("pk", flat=True)) == set(kept)
    assert ModerationEvent.objects.filter(action="flood").count() == 3
    harmless = {"name": "Eva", "text": "I was there and liked it, all in all.", "seconds": 30}
    quiet = send(talk, harmless, Author(client_hash="q" * 16, has_browser=True))
    assert quiet.comment.state == "published"


def test_a_burst_takes_back_what_was_doubtful_though_little_of_it(talk, live):
    CommentSettings.objects.create(site=Site.objects.get(), rule=Rule.OPEN)
    linked = {"name": "Win", "text": "As in https://win.example/1, to be seen", "seconds": 30}
    author = Author(client_hash="a" * 16, has_browser=True)
    with pytest.raises(ChallengeRequired) as asked:
        send(talk, linked, author)
    solved = {proof_of_work.FIELD: solution(build_problem(asked.value))}
    first = send(talk, linked | solved, author).comment
    assert first.state == "published"
    for n in range(40):
        words = random.Random(n).sample([f"word{chr(97 + i)}" for i in range(26)], 9)
        body = {"name": f"Guest {n}", "text": " ".join(words), "seconds": 30}
        send(talk, body, Author(client_hash=f"{n:016x}", has_browser=True))
    first.refresh_from_db()
    assert first.state == "pending"
    assert first.events.filter(action="flood").count() == 1
    assert Comment.objects.published().exists()  # of those, nothing was doubtful
    assert rebuild_counters() == 0


@pytest.mark.services
@pytest.mark.parametrize("solves", [False, True])
def test_a_flood_at_the_rate_of_sixteen_thousand_in_four_hours(talk, live, monkeypatch, solves):
    CommentSettings.objects.create(site=Site.objects.get(), rule=Rule.OPEN)
    holds(talk, COUNT, monkeypatch, solves=solves)
