"""The ledger: posted once, sent once, and what becomes of a run that dies."""

import datetime
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import override_settings
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail import services, tasks
from cx_feedback.mail.models import (
    Delivery,
    Message,
    ServerRefusal,
    Suppression,
)
from cx_feedback.mail.services import Recipient
from cx_feedback.readers.privacy.person_requests import export_person
from cx_feedback.readers.services import erase_person

pytestmark = pytest.mark.django_db
State = Delivery.State


class Killed(BaseException):
    """What a process does not survive."""


class Backend(EmailBackend):
    """Does what ``script`` says, message by message: raise it, or send when it is None."""

    script: list = []
    opened = 0

    def open(self):
        type(self).opened += 1

    def send_messages(self, messages):
        step = self.script.pop(0) if self.script else None
        if step is not None:
            raise step
        return super().send_messages(messages)


@pytest.fixture
def script(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Backend"
    Backend.script, Backend.opened = [], 0
    return Backend.script


@pytest.fixture
def message(db):
    return services.create_message(
        subject="Hello {name|reader}",
        text="Dear {name|reader}, see {url}.",
        html="<p>Dear {name|reader}, <a href='{url}'>see</a>.</p><style>p{color:red}</style>",
        headers={"List-Unsubscribe": "<{url}>"},
    )


def post(message, key="1", mailing="series:1", **kwargs):
    variables = {"name": "Ana", "url": "https://example.org/?a=1&b=2"}
    variables |= kwargs.pop("variables", {})
    address = kwargs.pop("address", f"r{key}@example.org")
    return services.queue_delivery(
        message=message,
        mailing=mailing,
        recipient=Recipient(key=key, address=address, variables=variables),
        **kwargs,
    )


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_recipient_of_a_mailing_is_posted_to_once(message):
    assert post(message)
    assert not post(message)
    assert post(message, mailing="series:2")
    assert Delivery.objects.count() == 2


def test_post_many_tells_how_many_are_new(message):
    def recipients(n):
        return (Recipient(str(i), f"r{i}@example.org", variables={"url": "u"}) for i in range(n))

    assert services.queue_mailing(message=message, mailing="issue:1", recipients=recipients(3)) == 3
    assert services.queue_mailing(message=message, mailing="issue:1", recipients=recipients(5)) == 2
    assert services.queue_mailing(message=message, mailing="issue:1", recipients=recipients(5)) == 0


def test_the_same_words_are_kept_once(message):
    again = services.create_message(subject="S", text="T")
    assert services.create_message(subject="S", text="T") == again
    assert Message.objects.count() == 2


def test_sending_fills_in_and_sends_once(message):
    post(message, variables={"name": "<Ana>"})
    post(message, key="2", variables={"name": ""})
    assert services.send_due().sent == 2
    assert services.send_due().total == 0
    first, second = mail.outbox
    assert first.subject == "Hello <Ana>"
    assert first.body == "Dear <Ana>, see https://example.org/?a=1&b=2."
    html = first.alternatives[0].content
    assert "Dear &lt;Ana&gt;, <a href='https://example.org/?a=1&amp;b=2'>" in html
    assert "p{color:red}" in html
    assert first.extra_headers["List-Unsubscribe"] == "<https://example.org/?a=1&b=2>"
    assert second.subject == "Hello reader"
    ids = [m.extra_headers["Message-ID"] for m in mail.outbox]
    assert len(set(ids)) == 2
    assert all(i.endswith("@localhost>") for i in ids)
    row = Delivery.objects.first()
    assert (row.state, row.attempts, row.lease_until) == (State.SENT, 1, None)
    assert row.sent_at


def test_a_later_mail_waits_and_an_urgent_one_goes_first(message):
    post(message, key="later", due_at=timezone.now() + datetime.timedelta(hours=1))
    post(message, key="bulk", priority=Delivery.BULK)
    post(message, key="urgent", priority=Delivery.URGENT)
    services.send_due()
    assert [m.to for m in mail.outbox] == [["rurgent@example.org"], ["rbulk@example.org"]]


def test_limit(message):
    for key in "1234":
        post(message, key=key)
    assert services.send_due(limit=3).sent == 3
    assert services.send_due(limit=3).sent == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"subject": "a\nBcc: b@example.org"}, "subject"),
        ({"headers": {"X": "a\r\nBcc: b@example.org"}}, "headers"),
        ({"headers": {"X\nY": "a"}}, "headers"),
        ({"from_email": "a@example.org\nBcc: b"}, "from_email"),
        ({"subject": " "}, "subject"),
        ({"text": "\n"}, "text"),
    ],
)
def test_a_letter_that_would_inject_headers_or_says_nothing_is_refused(db, words, field):
    with pytest.raises(InvalidInput) as error:
        services.create_message(**{"subject": "S", "text": "T", **words})
    assert list(error.value.fields) == [field]
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("kwargs", "field"),
    [
        ({"variables": {"name": "Ana\nBcc: b@example.org"}}, "variables.name"),
        ({"variables": {"url": "u\x85Bcc: b@example.org"}}, "variables.url"),
        ({"address": "a@example.org\nbcc: b@example.org"}, "address"),
        ({"address": "nobody"}, "address"),
        ({"address": "a@b@example.org"}, "address"),
        ({"address": "x" * 65 + "@example.org"}, "address"),
        ({"address": "x@" + "a." * 126 + "org"}, "address"),
    ],
)
def test_a_recipient_that_no_mail_can_go_to_is_refused(message, kwargs, field):
    with pytest.raises(InvalidInput) as error:
        post(message, **kwargs)
    assert list(error.value.fields) == [field]
    assert not Delivery.objects.exists()


def test_a_missing_value_is_refused_at_posting(message):
    with pytest.raises(InvalidInput) as error:
        services.queue_delivery(
            message=message, mailing="m", recipient=Recipient("1", "a@example.org")
        )
    assert list(error.value.fields) == ["variables.url"]


def test_an_internationalised_domain_is_taken(message):
    post(message, address="Ana@BÜCHER.example")
    assert services.send_due().sent == 1
    assert mail.outbox[0].to == ["ana@xn--bcher-kva.example"]
    assert "xn--bcher-kva.example" in mail.outbox[0].message()["To"]


def test_a_suppressed_address_gets_nothing(message):
    post(message)
    services.suppress_address(address="R1@example.org ")
    assert states() == [State.CANCELLED]
    post(message, mailing="series:2")
    assert services.send_due().cancelled == 1
    assert not mail.outbox
    assert Delivery.objects.last().error == "By an editor"
    assert services.lift_suppression(address="r1@example.org")
    post(message, mailing="series:3")
    assert services.send_due().sent == 1


def test_other_rooms_may_refuse_at_the_last_moment(message):
    post(message)
    post(message, key="2")

    def refuse(sender, deliveries, **kwargs):
        return {d.pk: "Unsubscribed" for d in deliveries if d.recipient_key == "1"}

    signals.mail_about_to_send.connect(refuse)
    try:
        outcome = services.send_due()
    finally:
        signals.mail_about_to_send.disconnect(refuse)
    assert (outcome.sent, outcome.cancelled) == (1, 1)
    assert states() == [State.CANCELLED, State.SENT]


def test_what_is_cancelled_after_the_claim_does_not_go_out(message, script, monkeypatch):
    for key in "12":
        post(message, key=key)
    send = Backend.send_messages

    def cancel_the_other(self, messages):
        services.cancel_deliveries(recipient_key="2", reason="Unsubscribed")
        return send(self, messages)

    monkeypatch.setattr(Backend, "send_messages", cancel_the_other)
    assert services.send_due(commit_size=1).sent == 1
    assert states() == [State.SENT, State.CANCELLED]


def refused(code):
    return smtplib.SMTPRecipientsRefused({"r1@example.org": (code, b"no")})


@pytest.mark.parametrize(
    ("error", "policy", "state"),
    [
        (refused(550), "at_most_once", State.FAILED),
        (refused(451), "at_most_once", State.PENDING),
        (smtplib.SMTPDataError(554, b"spam"), "at_most_once", State.FAILED),
        (smtplib.SMTPDataError(452, b"full"), "at_most_once", State.PENDING),
        (smtplib.SMTPServerDisconnected("gone"), "at_most_once", State.IN_DOUBT),
        (smtplib.SMTPServerDisconnected("gone"), "at_least_once", State.PENDING),
        (TimeoutError("silent"), "at_most_once", State.IN_DOUBT),
        (RuntimeError("of another backend"), "at_most_once", State.IN_DOUBT),
    ],
)
def test_failures_by_kind(message, script, error, policy, state):
    post(message, policy=policy)
    script.append(error)
    services.send_due()
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == (state, 1)
    assert type(error).__name__ in row.error
    assert (row.due_at > timezone.now()) is (state == State.PENDING)
    assert services.send_due().total == 0
    assert not mail.outbox


def test_a_temporary_failure_fails_in_the_end(message, script, settings):
    settings.CX_FEEDBACK = {"MAIL_ATTEMPTS": 3}
    post(message)
    for _ in range(3):
        script.append(refused(451))
        Delivery.objects.update(due_at=timezone.now())
        services.send_due()
    assert states() == [State.FAILED]


def test_a_server_that_cannot_be_reached_costs_no_attempt(message, script, monkeypatch):
    for key in "123":
        post(message, key=key)

    def refuse(self):
        raise ConnectionRefusedError

    monkeypatch.setattr(Backend, "open", refuse)
    outcome = services.send_due()
    assert outcome.down
    rows = Delivery.objects.all()
    assert {(r.state, r.attempts, r.claimed_by) for r in rows} == {(State.PENDING, 0, "")}
    monkeypatch.undo()
    assert services.send_due().total == 0  # nobody tries before the pause is over
    ServerRefusal.objects.update(next_try_at=timezone.now())
    Delivery.objects.update(due_at=timezone.now())
    assert services.send_due().sent == 3


def test_a_kill_leaves_doubt_only_where_there_is_some(message, script):
    for key in "12345":
        post(message, key=key)
    script += [None, None, Killed()]
    with pytest.raises(Killed):
        services.send_due(commit_size=2)
    assert len(mail.outbox) == 2
    # 1 and 2 were sent; of 3 nobody knows; 4 and 5 surely were not.
    assert states() == ["sent", "sent", "in_doubt", "pending", "pending"]
    services.send_due()
    assert [m.to[0][1] for m in mail.outbox] == ["1", "2", "4", "5"]


def test_the_reaper_takes_the_rows_of_dead_runs(message):
    past = timezone.now() - datetime.timedelta(seconds=1)
    future = timezone.now() + datetime.timedelta(minutes=1)
    for key, state, policy, lease in [
        ("1", State.CLAIMED, "at_most_once", past),
        ("2", State.SENDING, "at_most_once", past),
        ("3", State.SENDING, "at_least_once", past),
        ("4", State.SENDING, "at_most_once", future),
        ("5", State.CLAIMED, "at_most_once", future),
    ]:
        post(message, key=key, policy=policy)
        Delivery.objects.filter(recipient_key=key).update(
            state=state, lease_until=lease, claimed_by="dead"
        )
    assert services.recover_expired_leases() == services.recover_expired_leases(now=past).__class__(
        2, 1
    )
    assert states() == ["pending", "in_doubt", "pending", "sending", "claimed"]
    assert Delivery.objects.get(state=State.IN_DOUBT).due_at == past  # when it was tried
    assert services.recover_expired_leases().released == 0
    assert services.send_due().sent == 2


def test_a_slow_run_knows_better_than_the_reaper(message, script, monkeypatch):
    post(message)
    send = Backend.send_messages

    def reap_meanwhile(self, messages):
        services.recover_expired_leases(now=timezone.now() + datetime.timedelta(days=1))
        assert states() == [State.IN_DOUBT]
        return send(self, messages)

    monkeypatch.setattr(Backend, "send_messages", reap_meanwhile)
    assert services.send_due().sent == 1
    assert states() == [State.SENT]


def test_rows_in_doubt_go_again_only_when_an_editor_says_so(message, script):
    for key in "12":
        post(message, key=key)
    script += [TimeoutError(), refused(550)]
    begun = timezone.now()
    Delivery.objects.update(due_at=begun - datetime.timedelta(days=9))
    services.send_due()
    assert states() == ["in_doubt", "failed"]
    assert Delivery.objects.get(state=State.IN_DOUBT).due_at >= begun  # when it was tried
    assert services.requeue_deliveries(state=State.SENT) == 0
    assert services.requeue_deliveries(mailing="series:1", state=State.IN_DOUBT) == 1
    assert services.requeue_deliveries(among=Delivery.objects.all()) == 1
    assert services.send_due().sent == 2
    assert services.requeue_deliveries(mailing="series:1") == 0


def test_events_and_a_receiver_that_fails(message, script):
    for key in "12":
        post(message, key=key)
    script += [None, refused(550)]
    seen = []

    def receiver(sender, **kwargs):
        seen.append((kwargs["recipient_key"], kwargs["event"]))
        raise RuntimeError

    signals.mail_event.connect(receiver)
    try:
        services.send_due()
    finally:
        signals.mail_event.disconnect(receiver)
    assert seen == [("1", "sent"), ("2", "failed")]
    assert states() == ["sent", "failed"]


def test_a_result_that_could_not_be_committed_is_not_sent_again(message, script, monkeypatch):
    """A sent row may end in doubt, never back among those that wait."""
    for key in "12":
        post(message, key=key)
    from cx_feedback.mail.services import result_writer

    def broken(*, sent, **how):
        if sent:
            raise RuntimeError("the database went away")
        return update_statuses(sent=sent, **how)

    update_statuses = result_writer.update_statuses
    monkeypatch.setattr(result_writer, "update_statuses", broken)
    with pytest.raises(RuntimeError):
        services.send_due(commit_size=1)
    monkeypatch.undo()
    services.recover_expired_leases(now=timezone.now() + datetime.timedelta(days=1))
    assert states() == ["in_doubt", "pending"]


def test_tasks_may_run_twice(message, django_capture_on_commit_callbacks):
    post(message)
    assert tasks.send_due_deliveries() == 1
    assert tasks.send_due_deliveries() == 0
    assert tasks.recover_expired_leases() == 0
    with django_capture_on_commit_callbacks(execute=True):
        post(message, key="2")
    assert len(mail.outbox) == 2


def test_queries_do_not_grow_with_the_batch(message):
    for n in range(30):
        post(message, key=str(n))
    services.send_due(limit=0)
    with override_settings(CX_FEEDBACK={"MAIL_COMMIT_SIZE": 30}):
        few = _count(lambda: services.send_due(limit=30))
    for n in range(30, 90):
        post(message, key=str(n))
    with override_settings(CX_FEEDBACK={"MAIL_COMMIT_SIZE": 60}):
        assert _count(lambda: services.send_due(limit=60)) == few


def _count(call):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


def test_export_and_erasure_keep_a_suppression_without_its_address(message, reader):
    post(message, address="ana@example.org")
    services.suppress_address(address="ana@example.org", reason=Suppression.Reason.COMPLAINED)
    found = export_person(email="ana@example.org")
    assert found["deliveries"][0]["subject"] == "Hello Ana"
    assert found["suppressed_addresses"][0]["reason"] == "complained"
    assert erase_person(email="ana@example.org")["deliveries"] == 1
    assert not Message.objects.exists()
    assert Suppression.objects.get().address == ""
    message = services.create_message(subject="S", text="T")
    services.queue_delivery(
        message=message, mailing="m", recipient=Recipient("1", "ana@example.org")
    )
    assert services.send_due().cancelled == 1
