"""A mail that is known to have arrived is in doubt no more, and never goes again."""

import datetime

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone

from cx_feedback.mail import services, tasks
from cx_feedback.mail.messages import tracked_links
from cx_feedback.mail.models import Delivery, MailReport
from cx_feedback.mail.services import ProviderEvent, Recipient

pytestmark = pytest.mark.django_db
State = Delivery.State
Kind = MailReport.Kind


@pytest.fixture(autouse=True)
def _nobody_else_sends(monkeypatch):
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)
    monkeypatch.setattr("cx_feedback.core.background.task_nudges.nudge", lambda *task: None)


def make(state, *, key="7", policy="at_most_once", **changes):
    services.queue_delivery(
        message=services.create_message(subject="Hello", text="Hello"),
        mailing="series:1",
        recipient=Recipient(key, f"r{key}@example.org"),
        policy=policy,
    )
    Delivery.objects.filter(recipient_key=key).update(state=state, error="Lost.", **changes)
    return Delivery.objects.get(recipient_key=key)


def reported(delivery, kind, **more):
    return services.record_provider_event(
        ProviderEvent(kind=kind, provider_id=f"<{delivery.message_id_local}@x>", **more)
    )


def only():
    return Delivery.objects.get()


@pytest.mark.parametrize("state", ["in_doubt", "failed", "pending", "claimed", "held"])
@pytest.mark.parametrize("kind", ["delivered", "opened", "clicked", "unsubscribed", "complained"])
def test_a_report_of_what_arrived_settles_it_and_it_never_goes_again(state, kind):
    tried = timezone.now() - datetime.timedelta(hours=2)
    delivery = make(state, due_at=tried, claimed_by="a run")
    reported(delivery, kind)
    row = only()
    assert (row.state, row.error, row.claimed_by, row.sent_at) == (State.SENT, "", "", tried)
    assert services.requeue_deliveries(mailing="series:1") == 0
    assert services.send_due().total == 0
    assert not mail.outbox


@pytest.mark.parametrize("kind", ["bounced", "deferred"])
def test_what_proves_no_arrival_leaves_the_doubt(kind):
    reported(make(State.IN_DOUBT), kind)
    assert only().state == State.IN_DOUBT


def test_it_was_sent_before_it_was_seen():
    delivery = make(State.PENDING, due_at=timezone.now() + datetime.timedelta(hours=1))
    seen = timezone.now() - datetime.timedelta(minutes=3)
    reported(delivery, "delivered", occurred_at=seen)
    assert only().sent_at == seen


@pytest.mark.parametrize("headers", [{}, {"Sec-GPC": "1"}])
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_link_that_was_followed_settles_it_counted_or_not(client, home, headers, method):
    delivery = make(State.IN_DOUBT)
    url = tracked_links.build_click_url(home.full_url, "http://localhost")
    getattr(client, method)(url.replace("{cx_mail}", delivery.reference), headers=headers)
    assert only().state == State.SENT
    assert MailReport.objects.count() == (method == "get" and not headers)


@pytest.mark.parametrize("counted", [True, False])
def test_an_opened_mail_settles_it_counted_or_not(client, settings, counted):
    settings.CX_FEEDBACK = {"MAIL_COUNT_OPENS": counted}
    client.get(reverse("cx_feedback:mail-open", args=[make(State.IN_DOUBT).reference]))
    assert only().state == State.SENT
    assert MailReport.objects.count() == counted


def test_a_made_up_reference_settles_nothing():
    delivery = make(State.IN_DOUBT)
    assert not services.record_arrival(reference=f"{delivery.pk}-{'0' * 20}")
    assert only().state == State.IN_DOUBT


def test_a_report_that_came_before_the_doubt_settles_it():
    past = timezone.now() - datetime.timedelta(seconds=1)
    delivery = make(State.SENDING, claimed_by="dead", lease_until=past)
    make(State.SENDING, key="8", claimed_by="dead", lease_until=past)
    again = make(State.SENDING, key="9", policy="at_least_once", lease_until=past)
    reported(delivery, "delivered")
    reported(again, "clicked")
    assert only_state(delivery) == State.SENDING  # a run has it, which may write any moment
    tasks.recover_expired_leases()
    assert [only_state(Delivery.objects.get(recipient_key=key)) for key in "789"] == [
        State.SENT, State.IN_DOUBT, State.SENT,
    ]  # fmt: skip


def only_state(delivery):
    return Delivery.objects.get(pk=delivery.pk).state


def test_send_again_asks_the_reports_itself():
    """Reports that were stored while the row was not in doubt yet."""
    for key in "78":
        delivery = make(State.SENDING, key=key)
        reported(delivery, "delivered") if key == "7" else None
    Delivery.objects.update(state=State.IN_DOUBT)
    assert services.requeue_deliveries(mailing="series:1", state=State.IN_DOUBT) == 1
    services.send_due()
    assert [message.to for message in mail.outbox] == [["r8@example.org"]]


@pytest.mark.parametrize("policy", ["at_most_once", "at_least_once"])
def test_a_run_that_gave_up_waiting_knows_what_was_reported(monkeypatch, policy):
    make(State.PENDING, policy=policy)

    def taken_and_silent(self, messages):
        reported(only(), "delivered")
        raise TimeoutError

    monkeypatch.setattr(EmailBackend, "send_messages", taken_and_silent)
    services.send_due()
    assert only().state == State.SENT
