"""A flood of spam publishes nothing and posts no mail, whatever the page's rule."""

import itertools
import os
import random

import pytest
from django.core import mail

from cx_feedback.comments import drafts, services
from cx_feedback.comments.authors import Author
from cx_feedback.comments.counters import rebuild_counters
from cx_feedback.comments.models import Comment, CommentSettings, Rule
from cx_feedback.comments.spam import samples
from cx_feedback.core.challenge import ChallengeAsked
from cx_feedback.core.conf import SETTINGS
from cx_feedback.mail.models import Delivery
from cx_feedback.readers import services as readers

pytestmark = pytest.mark.django_db
#: What the flood of publify's pull request 10 was: 16,000 in four hours.
ALL, SECONDS = 16_000, 4 * 3600
#: A tenth of it by default, at the same rate; CX_FLOOD=16000 posts all.
COUNT = int(os.environ.get("CX_FLOOD", ALL // 10))
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
    spam = [sample for sample in samples.taught() + samples.held_out() if sample.is_spam]
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


def flood(page, count, monkeypatch, seconds):
    """Post ``count``, evenly over ``seconds``; returns how many were only asked to prove."""
    chance, clock = random.Random(count), itertools.count()
    begun = 1_800_000_000
    monkeypatch.setattr(
        "cx_feedback.core.throttles.time.time", lambda: begun + next(clock) * seconds / (count * 3)
    )
    asked = 0
    for body in posts(count, chance):
        origin = f"{chance.randrange(4000):016x}"
        author = Author(origin_key=origin, has_browser=True)
        draft = drafts.check(body, page_id=page.pk, language="en")
        try:
            services.post(draft=draft, author=author, reader=readers.begin)
        except ChallengeAsked:
            asked += 1
    return asked


@pytest.fixture
def live(settings):
    """The rates that a site has by default; the tests' own switch them off."""
    rates = next(s.default for s in SETTINGS if s.name == "RATES")
    settings.CX_FEEDBACK = {"RATES": rates, "CHALLENGE_COST": 100}


def holds(page, count, monkeypatch, seconds=SECONDS):
    asked = flood(page, count, monkeypatch, seconds)
    assert asked + Comment.objects.count() > count * 0.95  # the rest are doubles
    assert not Comment.objects.exclude(state__in=["spam", "pending"]).exists()
    assert not Delivery.objects.exists()
    assert not mail.outbox
    assert rebuild_counters() == 0


@pytest.mark.parametrize("rule", [Rule.OPEN, Rule.FIRST])
def test_a_flood_publishes_nothing_and_posts_no_mail(talk, home, live, monkeypatch, rule):
    from wagtail.models import Site

    CommentSettings.objects.create(site=Site.objects.get(), rule=rule)
    holds(talk, 60, monkeypatch)


@pytest.mark.services
def test_a_flood_at_the_rate_of_sixteen_thousand_in_four_hours(talk, live, monkeypatch):
    from wagtail.models import Site

    CommentSettings.objects.create(site=Site.objects.get(), rule=Rule.OPEN)
    holds(talk, COUNT, monkeypatch, SECONDS * COUNT / ALL)
