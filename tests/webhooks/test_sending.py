"""What arrives, signed and under which id; what is tried again, and when that ends."""

import datetime
import json

import pytest
from django.core import mail
from django.utils import timezone
from standardwebhooks import Webhook
from wagtail.models import ModelLogEntry

from cx_feedback.webhooks import services
from cx_feedback.webhooks.models import Attempt, Endpoint, EndpointSecret, EventDelivery
from cx_feedback.webhooks.services import sending
from cx_feedback.webhooks.transport.pinned_connection import PostResult

pytestmark = pytest.mark.django_db
State, Error = EventDelivery.State, Attempt.Error
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def endpoint(make_endpoint):
    return make_endpoint()[0]


@pytest.fixture
def event(endpoint):
    return services.send_test(endpoint_id=endpoint.pk)


def fail(event, error=Error.STATUS, status=500):
    """Let an attempt to send the event fail."""
    EventDelivery.objects.filter(pk=event.pk).update(due_at=timezone.now())
    claimed = sending.claim_event(endpoint_id=event.endpoint_id)
    sending.store_result(claimed, PostResult(status, error, 3))
    event.refresh_from_db()


def test_an_event_arrives_as_the_library_of_the_standard_expects_it(
    make_endpoint, receiver, send_all
):
    endpoint, secret = make_endpoint()
    event = services.send_test(endpoint_id=endpoint.pk)
    send_all()
    [request] = receiver.requests
    message = Webhook(secret).verify(request.body, request.headers)
    assert message["type"] == "webhook.test"
    assert message["data"] == {"webhook": endpoint.pk}
    assert message["timestamp"] == event.occurred_at.isoformat()
    assert request.path == "/hook"
    assert request.headers["webhook-id"] == event.message_id
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    event.refresh_from_db()
    assert (event.state, event.attempts) == (State.DELIVERED, 1)
    assert [(a.status, a.error) for a in Attempt.objects.all()] == [(204, "")]
    assert send_all() == []


def test_a_repeat_has_the_same_id_and_a_new_time(event, receiver, send_all):
    receiver.status = 500
    send_all()
    receiver.status = 200
    EventDelivery.objects.update(due_at=timezone.now())
    send_all()
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    event.refresh_from_db()
    assert (event.state, event.attempts, event.failures) == (State.DELIVERED, 2, 1)


def test_the_pauses_grow_and_then_it_is_given_up(event, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "WEBHOOKS_RETRY_PAUSES": [5, 60]}
    for pause in (5, 60):
        fail(event)
        assert event.state == State.PENDING
        assert abs((event.due_at - timezone.now()).total_seconds() - pause) < 5
    fail(event)
    assert event.state == State.FAILED
    assert services.resend_event(endpoint_id=event.endpoint_id, delivery_id=event.pk)
    event.refresh_from_db()
    assert (event.state, event.failures) == (State.PENDING, 0)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_each_success_is_one(event, receiver, send_all, status):
    receiver.status = status
    send_all()
    event.refresh_from_db()
    assert event.state == State.DELIVERED


def test_an_event_that_is_being_sent_is_not_claimed_twice(event):
    assert sending.claim_event(endpoint_id=event.endpoint_id) == event
    assert sending.claim_event(endpoint_id=event.endpoint_id) is None
    assert not services.resend_event(endpoint_id=event.endpoint_id, delivery_id=event.pk)


def test_the_claim_of_a_process_that_died_ends(event, receiver, send_all):
    stale = sending.claim_event(endpoint_id=event.endpoint_id)
    EventDelivery.objects.update(lease_until=timezone.now())
    send_all()
    assert len(receiver.requests) == 1
    # The process lived after all: what it says counts no more.
    sending.store_result(stale, PostResult(500, Error.STATUS, 3))
    event.refresh_from_db()
    assert event.state == State.DELIVERED


def test_a_run_tries_nothing_more_where_nobody_answers(make_endpoint, receiver):
    endpoint, _secret = make_endpoint(url="http://127.0.0.1:9/")
    for _ in range(5):
        services.send_test(endpoint_id=endpoint.pk)
    summary = sending.send_events(endpoint_id=endpoint.pk)
    assert (summary.failed, summary.more) == (3, False)
    assert {attempt.error for attempt in Attempt.objects.all()} == {Error.CONNECTION}


def test_old_secrets_sign_too_until_they_end(make_endpoint, receiver, send_all, owner):
    endpoint, old = make_endpoint()
    new = services.renew_secret(endpoint_id=endpoint.pk, user=owner)
    assert old != new
    services.send_test(endpoint_id=endpoint.pk)
    send_all()
    [request] = receiver.requests
    for secret in (old, new):
        assert Webhook(secret).verify(request.body, request.headers)
    assert services.end_old_secrets(endpoint_id=endpoint.pk, user=owner)
    services.send_test(endpoint_id=endpoint.pk)
    send_all()
    assert Webhook(new).verify(receiver.requests[1].body, receiver.requests[1].headers)
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(old).verify(receiver.requests[1].body, receiver.requests[1].headers)


def test_a_replaced_secret_ends_after_a_day(make_endpoint, owner):
    endpoint, _old = make_endpoint()
    services.renew_secret(endpoint_id=endpoint.pk, user=owner)
    now = timezone.now()
    assert EndpointSecret.objects.signing(now).count() == 2
    assert EndpointSecret.objects.signing(now + 25 * HOUR).count() == 1


def test_secrets_are_not_in_the_table(make_endpoint):
    _endpoint, secret = make_endpoint()
    assert secret not in EndpointSecret.objects.get().sealed
    assert secret.removeprefix("whsec_") not in EndpointSecret.objects.get().sealed


def test_without_a_readable_secret_nothing_is_sent(event, receiver, send_all, settings):
    settings.SECRET_KEY = "another"
    send_all()
    assert receiver.requests == []
    assert Attempt.objects.get().error == Error.SECRET


def test_an_endpoint_that_fails_for_days_is_switched_off_with_a_mail(
    event, owner, django_capture_on_commit_callbacks
):
    fail(event)
    endpoint = Endpoint.objects.get()
    assert endpoint.failing_since is not None
    Endpoint.objects.update(failing_since=timezone.now() - 5 * 24 * HOUR)
    with django_capture_on_commit_callbacks(execute=True):
        fail(event)
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.off_reason) == (False, "failing")
    [message] = mail.outbox
    assert message.to == ["maker@example.org"]
    assert "“Shop”" in message.subject
    assert f"/admin/cx-feedback/webhooks/log/{endpoint.pk}/" in message.body
    assert ModelLogEntry.objects.filter(action="cx_feedback.webhooks.switch_off").count() == 1
    assert sending.find_due_endpoints() == []


def test_what_waited_is_sent_when_it_is_switched_on_again(event, owner, receiver, send_all):
    Endpoint.objects.update(active=False, off_reason="failing", failing_since=timezone.now())
    assert send_all() == []
    endpoint = Endpoint.objects.get()
    fields = {"name": "Shop", "url": receiver.url, "events": ["comment.created"]}
    services.update_endpoint(
        endpoint_id=endpoint.pk, user=owner, active=True, with_texts=False, **fields
    )
    send_all()
    assert len(receiver.requests) == 1
    endpoint.refresh_from_db()
    assert (endpoint.off_reason, endpoint.failing_since) == ("", None)


def test_a_success_ends_the_failures(event, receiver, send_all):
    fail(event)
    EventDelivery.objects.update(due_at=timezone.now())
    send_all()
    assert Endpoint.objects.get().failing_since is None


def test_a_receiver_that_is_gone_is_sent_nothing_more(event, receiver, send_all):
    receiver.status = 410
    send_all()
    assert (Endpoint.objects.get().active, Endpoint.objects.get().off_reason) == (False, "gone")


def test_old_events_and_removed_endpoints_are_deleted(event, owner):
    services.send_test(endpoint_id=event.endpoint_id)
    event.refresh_from_db()
    services.remove_endpoint(endpoint_id=event.endpoint_id, user=owner)
    assert EventDelivery.objects.count() == 0
    assert EndpointSecret.objects.count() == 0
    from cx_feedback.webhooks.services.event_rows import delete_old_events

    assert delete_old_events() == 0
    assert delete_old_events(now=timezone.now() + 31 * 24 * HOUR) == 1
    assert Endpoint.objects.count() == 0


def test_the_body_of_an_answer_is_neither_kept_nor_read(event, receiver, send_all):
    send_all()
    stored = json.dumps(list(Attempt.objects.values()), default=str)
    assert "body" not in stored
