"""Thousands of reader-days across both changes of summer time: no rule of courtesy is broken."""

import datetime
import random
from collections import defaultdict
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from wagtail.models import Site

from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter import services
from cx_feedback.newsletter.models import (
    FollowUp,
    FollowUpRule,
    NewsletterSettings,
    RuleStep,
    Subscription,
)
from cx_feedback.newsletter.rules.quiet_hours import QuietHours
from cx_feedback.readers import services as readers
from tests.steps import THOROUGH

UTC = datetime.UTC
READERS, DAYS = 100 if THOROUGH else 50, 50
#: Looks at the ledgers in a day, at no fixed hour.
STEPS = 8
#: Fifty days around each change, in zones that change on other days, in the south, or never.
SPANS = [datetime.datetime(2026, 3, 5, tzinfo=UTC), datetime.datetime(2026, 10, 1, tzinfo=UTC)]
ZONES = ["Europe/Madrid", "America/New_York", "America/Santiago", "Asia/Tokyo", "Pacific/Apia", ""]
QUIET = QuietHours(datetime.time(21), datetime.time(8))
CAP, WITHIN = 2, datetime.timedelta(days=7)
Trigger = FollowUpRule.Trigger
ACTS = [
    ("response", {}),
    ("nps", {"class": "promoter"}),
    ("nps", {"class": "detractor"}),
    ("comment_approved", {}),
]


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test turns."""

    class Clock:
        now = timezone.now()

    monkeypatch.setattr(timezone, "now", lambda: Clock.now)
    return Clock


@pytest.fixture
def rules(db, mailing_list, rule):
    site = Site.objects.get(is_default_site=True)
    decided = NewsletterSettings.for_site(site)
    decided.cap_mails, decided.cap_days = CAP, WITHIN.days
    decided.quiet_from, decided.quiet_until = QUIET.begin, QUIET.end
    decided.save()

    def make(language):
        for when in (
            Trigger.ANSWERED,
            Trigger.PROMOTER,
            Trigger.DETRACTOR,
            Trigger.COMMENT_APPROVED,
        ):
            made = rule(when, repeat="each", language=language, wait=random.randrange(30))
            RuleStep.objects.create(rule=made, wait=2, subject="More", body="<p>More.</p>")

    return make


def subscribers(mailing_list, at):
    rows = []
    for n in range(READERS):
        rows.append(
            Subscription.objects.create(
                mailing_list=mailing_list,
                email=f"r{n}-{at:%m}@example.org",
                reader=readers.create_reader(),
                language=random.choice(["en", "es"]),
                time_zone=ZONES[n % len(ZONES)],
                state="confirmed",
                confirmed_at=at,
            )
        )
    return rows


class Life:
    """What happens to the readers, and what may no longer be sent to whom."""

    def __init__(self, rows):
        self.rows = rows
        self.ended = {}

    def go_on(self, now):
        for row in self.rows:
            if random.random() < 0.012:
                kind, detail = random.choice(ACTS)
                readers.record_act(reader=row.reader, kind=kind, detail=dict(detail), at=now)
            if row.email not in self.ended and random.random() < 0.0005:
                self.ended[row.email] = now
                if random.random() < 0.5:
                    services.unsubscribe(subscription_id=row.pk)
                else:
                    post_office.suppress_address(address=row.email)


@pytest.mark.slow
def test_caps_quiet_hours_consent_and_suppression_hold(clock, rules, mailing_list):
    random.seed(20261025)
    ended = {}
    for begin in SPANS:
        clock.now = begin
        if begin == SPANS[0]:
            rules("")
        life = Life(subscribers(mailing_list, begin))
        working = True
        for step in range(DAYS * STEPS):
            passed = datetime.timedelta(minutes=step * 1440 // STEPS + random.randrange(150))
            clock.now = begin + passed
            life.go_on(clock.now)
            if random.random() < (0.06 if working else 0.4):
                working = not working
            # Workers stand still now and then, and find everything at once afterwards.
            if working:
                services.dispatch_follow_ups(now=clock.now)
                # Some are posted and wait for the post office, over night too.
                if random.random() < 0.7:
                    post_office.send_due()
        ended |= life.ended
    check(ended)


def check(ended):
    zones = dict(Subscription.objects.values_list("email", "time_zone"))
    times = defaultdict(list)
    for row in Delivery.objects.filter(state="sent").order_by("sent_at", "pk"):
        times[row.address].append(row.sent_at)
        local = row.sent_at.astimezone(ZoneInfo(zones[row.address] or "Europe/Madrid"))
        assert not QUIET.contains(local), row
        assert row.address not in ended or row.sent_at < ended[row.address], row
    sent = sum(map(len, times.values()))
    assert sent > 700, "the simulation says something"
    assert len(ended) >= 10
    for address, moments in times.items():
        for first, third in zip(moments, moments[CAP:], strict=False):
            assert third - first > WITHIN, (address, first, third)
    assert not Delivery.objects.exclude(state__in=["sent", "cancelled", "pending"]).exists()
    posted = FollowUp.objects.filter(state="posted").count()
    assert posted == Delivery.objects.count()
