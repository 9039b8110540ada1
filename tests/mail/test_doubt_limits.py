"""At most so many deliveries of a mailing in doubt, whatever number of runs dies."""

import datetime

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone

from cx_feedback.mail import services
from cx_feedback.mail.models import Delivery, Mailing
from cx_feedback.mail.services import Recipient, doubt_limits
from cx_feedback.mail.services.claiming import claim_deliveries
from cx_feedback.mail.services.rate_limits import RateLimits
from cx_feedback.mail.services.server_state import ServerMonitor
from tests.mail.test_services import Killed

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture(autouse=True)
def limit(monkeypatch, settings):
    """A limit of 15, in batches of 10."""
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)
    monkeypatch.setattr("cx_feedback.mail.services.mailing_actions._nudge_sending", lambda: None)
    settings.CX_FEEDBACK = {"MAIL_MAX_IN_DOUBT": 15, "MAIL_COMMIT_SIZE": 10}


def post(count, mailing="series:1", **more):
    services.queue_mailing(
        message=services.create_message(subject="Hello", text="Hello"),
        mailing=mailing,
        recipients=[Recipient(f"r{n}", f"r{n}@example.org") for n in range(count)],
        **more,
    )


def count(state, **which):
    return Delivery.objects.filter(state=state, **which).count()


def die(monkeypatch):
    """Let a run die before it stores a result: nobody knows what was sent of its batch."""

    def kill(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", kill)
        patch.setattr("cx_feedback.mail.services.sending._SendingRun._finish_run", kill)
        with pytest.raises(Killed):
            services.send_due()


def recover():
    """Let the leases of dead runs end now."""
    now = timezone.now()
    Delivery.objects.filter(lease_until__isnull=False).update(lease_until=now)
    services.recover_expired_leases(now=now + datetime.timedelta(seconds=1))


def test_runs_that_die_one_after_the_other(monkeypatch):
    post(300)
    doubts = []
    for _ in range(4):
        die(monkeypatch)
        recover()
        doubts.append(count(State.IN_DOUBT))
    assert doubts[:2] == [10, 15]  # the second batch is smaller, the third run has none


def test_a_mailing_with_too_many_doubts_waits_for_an_editor(monkeypatch, admin_client):
    post(300)
    post(3, mailing="series:2")
    for _ in range(2):
        die(monkeypatch)
        recover()
    assert services.send_due().sent == 3  # of the other mailing
    mailing = Mailing.objects.get(name="series:1")
    assert mailing.paused_at
    assert (count(State.IN_DOUBT), count(State.HELD)) == (15, 285)
    url = reverse("cx_deliveries:mailing", args=["series:1"])
    assert "too many emails are unconfirmed" in admin_client.get(url).content.decode()
    services.resume_mailing(mailing="series:1")
    assert "too many emails are unconfirmed" not in admin_client.get(url).content.decode()
    assert services.send_due().sent == 285
    assert count(State.SENT, mailing="series:1") == 285


def test_runs_that_die_together(monkeypatch):
    """Their rows are not recovered yet, but count already."""
    post(900)
    for _ in range(2):
        die(monkeypatch)
    assert count(State.SENDING) == 15
    assert services.send_due().total == 0  # no room for a third, but no reason to pause
    assert not Mailing.objects.get().paused_at
    recover()
    assert count(State.IN_DOUBT) == 15
    assert services.send_due().total == 0
    assert Mailing.objects.get().paused_at


def test_a_run_takes_part_once_another_has_ended():
    post(300)
    limits, monitor = RateLimits([], timezone.now()), ServerMonitor()
    for size in (10, 5):
        token = doubt_limits.build_token(f"run{size}", size)
        claimed = claim_deliveries(token=token, count=20, limits=limits, monitor=monitor)
        allotment = doubt_limits.allot_batch(token=token, commit_size=size, deliveries=claimed)
        assert (allotment.batch_size, allotment.crowded) == (size, frozenset())
    assert services.send_due().total == 0
    Delivery.objects.filter(claimed_by="run10-10").update(state=State.SENT)
    assert services.send_due().sent == 260


def test_answers_that_do_not_come_count_too(monkeypatch):
    """Every second connection is lost, so the server never counts as down."""
    post(100)
    send, calls = EmailBackend.send_messages, []

    def lose(self, messages):
        calls.append(messages)
        if len(calls) % 2:
            raise TimeoutError
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", lose)
    services.send_due()
    assert count(State.IN_DOUBT) == 15
    assert Mailing.objects.get().paused_at
    assert count(State.SENT) + count(State.HELD) == 85


def test_doubts_of_another_day_do_not_count(monkeypatch):
    post(300)
    for _ in range(2):
        die(monkeypatch)
        recover()
    Delivery.objects.filter(state=State.IN_DOUBT).update(
        due_at=timezone.now() - datetime.timedelta(days=1, minutes=1)
    )
    assert services.send_due().sent == 285


def test_single_emails_are_not_held_up(monkeypatch):
    services.queue_delivery(
        message=services.create_message(subject="Hello", text="Hello"),
        mailing="opt-in:1",
        recipient=Recipient("1", "r1@example.org"),
    )
    die(monkeypatch)
    recover()
    assert services.requeue_deliveries(state=State.IN_DOUBT) == 1
    assert services.send_due().sent == 1
