"""Rate limits, in a time of the test's own."""

import datetime
from collections import Counter
from itertools import pairwise

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from cx_feedback.mail import services, tasks
from cx_feedback.mail.models import Delivery, RateLimit
from cx_feedback.mail.services import Recipient, rate_limits, sending

pytestmark = pytest.mark.django_db
State = Delivery.State


class Clock:
    """Time that passes only while somebody waits."""

    def __init__(self):
        self.now = self.begun = timezone.now()

    def sleep(self, seconds):
        self.now += datetime.timedelta(seconds=seconds)

    @property
    def seconds(self):
        return (self.now - self.begun).total_seconds()


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.now)
    monkeypatch.setattr(sending.time, "sleep", clock.sleep)
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)
    return clock


@pytest.fixture
def times(clock, monkeypatch):
    """When each mail went out, in seconds, with its domain."""
    from django.core.mail.backends.locmem import EmailBackend

    found = []
    send = EmailBackend.send_messages

    def noted(self, messages):
        found.append((clock.seconds, messages[0].to[0].partition("@")[2]))
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", noted)
    return found


def limit(per_minute, *domains, name="limit"):
    row = RateLimit(name=name, domains="\n".join(domains), per_minute=per_minute)
    row.full_clean()
    row.save()


def post(count, domain="a.example", mailing="series:1", **more):
    services.queue_mailing(
        message=services.create_message(subject="Hello", text="Hello"),
        mailing=mailing,
        recipients=(Recipient(f"{domain}{n}", f"r{n}@{domain}") for n in range(count)),
        **more,
    )


def fullest_minute(times):
    return max(sum(at <= other < at + 60 for other in times) for at in times)


def test_no_minute_has_more_than_the_limit(clock, times):
    limit(60)
    post(100)
    assert services.send_due().sent == 100
    moments = [at for at, _domain in times]
    assert fullest_minute(moments) <= 61
    assert moments[-1] == pytest.approx(99 * 1.05, abs=1)


def test_what_was_sent_is_committed_while_a_run_waits(clock, times, monkeypatch):
    limit(30)
    post(8)
    monkeypatch.setattr(
        sending.time,
        "sleep",
        lambda seconds: (
            clock.sleep(seconds),
            pytest.fail("in doubt")
            if seconds > 1 and Delivery.objects.filter(state=State.SENDING)
            else None,
        ),
    )
    assert services.send_due().sent == 8


def test_a_slow_domain_holds_up_no_other(clock, times):
    limit(6, "slow.example", "slower.example", name="slow")
    post(5, "slow.example")
    post(5, "slower.example", mailing="series:2")
    post(300, "a.example", mailing="series:3")
    assert services.send_due().sent == 310
    by_domain = {domain: [at for at, d in times if d == domain] for _at, domain in times}
    assert max(by_domain["a.example"]) < 15
    slow = by_domain["slow.example"] + by_domain["slower.example"]
    assert fullest_minute(slow) <= 7
    assert max(slow) == pytest.approx(90, abs=12)


def test_both_limits_hold(clock, times):
    limit(120, name="provider")
    limit(30, "slow.example", name="slow")
    post(20, "slow.example")
    post(60, "a.example", mailing="series:2")
    assert services.send_due().sent == 80
    assert fullest_minute([at for at, _d in times]) <= 122
    assert fullest_minute([at for at, d in times if d == "slow.example"]) <= 31


def test_an_urgent_mail_waits_for_no_mailing(clock, times):
    limit(60)
    post(50)
    services.send_due(limit=5)
    post(1, "urgent.example", mailing="opt-in:1", priority=Delivery.URGENT)
    begun = clock.seconds
    services.send_due()
    at = next(at for at, domain in times if domain == "urgent.example")
    assert at - begun < 12


def test_runs_keep_a_limit_together(clock):
    limit(90)
    post(40)
    rows = list(Delivery.objects.all())
    first, second = rate_limits.reserve_slots(rows[:20]), rate_limits.reserve_slots(rows[20:])
    moments = sorted([*first.times.values(), *second.times.values()])
    assert len(moments) == 3  # of two seconds: 0, 0.667 and 1.333
    assert min(b - a for a, b in pairwise(moments)).total_seconds() == pytest.approx(
        0.667, abs=0.001
    )
    assert len(first.without_slot) + len(second.without_slot) == 37


def test_a_run_has_patience_for_a_while_and_the_next_goes_on(clock, times):
    limit(6)
    post(40)
    outcome = services.send_due()
    assert outcome.rate_limited
    assert 12 <= outcome.sent <= 15
    assert Counter(Delivery.objects.values_list("state", flat=True)) == {
        State.SENT: outcome.sent,
        State.PENDING: 40 - outcome.sent,
    }
    assert tasks.send_due_deliveries() > 0  # eager: it nudges itself until all went out
    assert len(mail.outbox) > outcome.sent + 10


def test_without_limits_nothing_waits(clock, times, django_assert_max_num_queries):
    post(50)
    with django_assert_max_num_queries(26):
        services.send_due()
    assert clock.seconds == 0


@pytest.mark.parametrize("domains", ["exa mple..com", "ñ\u200b.example/x", "-"])
def test_what_is_no_domain_is_refused(domains):
    with pytest.raises(ValidationError) as refused:
        RateLimit(name="x", domains=domains, per_minute=1).full_clean()
    assert "domains" in refused.value.message_dict


def test_domains_are_kept_in_ascii():
    row = RateLimit(name="x", domains="@Correo.ES\nmuñoz.example\ncorreo.es", per_minute=1)
    row.full_clean()
    assert row.domains == "correo.es\nxn--muoz-hqa.example"


def test_the_screen_of_limits(admin_client):
    from django.urls import reverse

    url = reverse("cx_rate_limits:add")
    page = admin_client.post(url, {"name": "All", "domains": "", "per_minute": "0"})
    assert "greater than or equal to 1" in page.content.decode()
    admin_client.post(url, {"name": "All", "domains": "", "per_minute": "600"})
    assert "All emails" in admin_client.get(reverse("cx_rate_limits:index")).content.decode()
