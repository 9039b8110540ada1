"""A server that refuses everything is down: no message's attempts are used up, pauses grow."""

import datetime
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone

from cx_feedback.mail import services, tasks
from cx_feedback.mail.models import Delivery, Mailing, ServerRefusal
from cx_feedback.mail.services import Recipient, server_state
from tests.mail.test_transport import GOOD, backend, server  # noqa: F401

pytestmark = pytest.mark.django_db
State = Delivery.State
DOMAINS = ("a.example", "b.example", "c.example")


@pytest.fixture(autouse=True)
def _nobody_else_sends(monkeypatch):
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)


@pytest.fixture
def answers(monkeypatch):
    """What the server says to addresses, by their beginning; all else goes through."""
    found = {}
    send = EmailBackend.send_messages

    def answered(self, messages):
        to = messages[0].to[0]
        for beginning, error in found.items():
            if to.startswith(beginning):
                raise error(to) if callable(error) else error
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", answered)
    return found


def recipient_refused(code, text):
    return lambda to: smtplib.SMTPRecipientsRefused({to: (code, text)})


def post(count, *, name="r", from_email="", mailing="series:1", **more):
    services.queue_mailing(
        message=services.create_message(subject="Hello", text="Hello", from_email=from_email),
        mailing=mailing,
        recipients=[Recipient(f"{name}{n}", f"{name}{n}@{DOMAINS[n % 3]}") for n in range(count)],
        **more,
    )


def rows(**which):
    found = Delivery.objects.filter(**which).order_by("pk")
    return sorted(set(found.values_list("state", "attempts")))


def later():
    """Let the pauses be over."""
    ServerRefusal.objects.update(next_try_at=timezone.now())
    Delivery.objects.filter(state=State.PENDING).update(due_at=timezone.now())


@pytest.mark.parametrize(
    "says",
    [
        {"MAIL": "421 too busy"},
        {"MAIL": "550 5.7.1 not you"},
        {"MAIL": "451 later"},
        {"RCPT": "530 5.7.0 Authentication required"},
        {"RCPT": "452 4.3.1 Insufficient system storage"},
        {"RCPT": "550 5.1.8 Sender address rejected"},
        {"RCPT": "550 relay not permitted", "DATA": "503 nobody"},
        {"RCPT": "450 4.7.1 not now", "DATA": "503 nobody"},
        {"text": "554 5.7.1 you are blocked"},
    ],
)
def test_it_refuses_all_and_no_attempt_is_used_up(server, says):  # noqa: F811
    post(30)
    server.says |= says
    pauses = []
    for _ in range(7):
        assert services.send_due().sent == 0
        row = ServerRefusal.objects.get()
        pauses.append((row.next_try_at - timezone.now()).total_seconds() / 60)
        heard = server.heard.count("MAIL")
        assert services.send_due().total == 0  # by whatever run
        assert server.heard.count("MAIL") == heard
        later()
    assert [round(minutes) for minutes in pauses] == [1, 2, 4, 8, 15, 15, 15]
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.PENDING}
    # Only a try of what may be the recipients' own costs that one message an attempt.
    assert sum(Delivery.objects.values_list("attempts", flat=True)) <= 6
    server.says |= GOOD
    later()
    assert services.send_due().sent == 30
    assert ServerRefusal.objects.get().tries == 0
    assert len([text for text in server.texts if text]) >= 30


@pytest.mark.parametrize("says", [{"MAIL": "421 too busy"}, {"MAIL": "550 5.7.1 not you"}])
def test_what_is_surely_not_the_messages_costs_none_at_all(server, says):  # noqa: F811
    post(10)
    server.says |= says
    for _ in range(12):
        services.send_due()
        later()
    assert rows() == [(State.PENDING, 0)]


def test_a_sender_that_is_refused_holds_up_no_other(answers):
    post(3, name="bad", from_email="bad@example.org", mailing="series:1")
    post(3, name="good", from_email="good@example.org", mailing="series:2")
    answers["bad"] = smtplib.SMTPSenderRefused(553, b"5.7.1 not yours", "bad@example.org")
    outcome = services.send_due()
    assert (outcome.sent, outcome.down) == (3, False)
    assert rows(mailing="series:1") == [(State.PENDING, 0)]
    assert ServerRefusal.objects.get().sender == "bad@example.org"
    post(1, name="more", from_email="bad@example.org", mailing="series:3")
    assert services.send_due().total == 0
    del answers["bad"]
    later()
    assert services.send_due().sent == 4


def test_unknown_recipients_are_their_own_fault(answers):
    post(30)
    answers["r"] = recipient_refused(550, b"5.1.1 No such user")
    assert services.send_due().failed == 30
    assert not ServerRefusal.objects.filter(tries__gt=0).exists()


def test_a_few_that_are_refused_alike_do_not_stop_a_mailing(answers):
    post(30)
    for n in (3, 4, 5, 6, 12, 13, 14, 15):
        answers[f"r{n}@"] = recipient_refused(550, b"no")
    outcome = services.send_due()
    assert (outcome.sent, outcome.failed, outcome.down) == (22, 8, False)


def test_runs_of_one_message_each_see_it_together(answers):
    answers["r"] = recipient_refused(550, b"relay not permitted")
    for n in range(5):
        services.queue_delivery(
            message=services.create_message(subject="Hello", text="Hello"),
            mailing=f"reply:{n}",
            recipient=Recipient("1", f"r{n}@{DOMAINS[n % 3]}"),
        )
        services.send_due()
    assert rows() == [(State.PENDING, 0)]
    later()
    answers.clear()
    assert services.send_due().sent == 5


def test_a_success_between_them_breaks_the_row(answers):
    answers["r"] = recipient_refused(550, b"no")
    for n in range(8):
        for name in ("r", "good") if n % 4 == 3 else ("r",):
            services.queue_delivery(
                message=services.create_message(subject="Hello", text="Hello"),
                mailing=f"reply:{n}",
                recipient=Recipient(name, f"{name}{n}@{DOMAINS[n % 3]}"),
            )
        services.send_due()
    assert rows(recipient_key="r") == [(State.FAILED, 1)]


def test_one_message_that_the_server_chokes_on_blocks_no_other(answers):
    """It is urgent, so it would be the first at every try."""
    post(1, name="poison", priority=Delivery.URGENT)
    answers["poison"] = smtplib.SMTPSenderRefused(421, b"bye", "us@example.org")
    assert services.send_due().down
    post(5, mailing="series:2")
    later()
    assert services.send_due().sent == 5
    assert rows(recipient_key="poison0") == [(State.PENDING, 1)]
    post(5, mailing="series:3")
    later()
    assert services.send_due().sent == 5
    assert rows(recipient_key="poison0") == [(State.PENDING, 2)]


def test_a_mailing_that_ends_with_nothing_but_wrong_addresses_ends(answers, settings):
    settings.CX_FEEDBACK = {"MAIL_ATTEMPTS": 2}
    post(8)
    answers["r"] = recipient_refused(550, b"no")
    for _ in range(40):
        services.send_due()
        later()
    assert {state for state, _attempts in rows()} == {State.FAILED}


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPAuthenticationError(535, b"bad password"),
        smtplib.SMTPConnectError(554, b"no"),
        smtplib.SMTPHeloError(501, b"who?"),
        type("Http", (Exception,), {"status_code": 401})("key"),
        type("Http", (Exception,), {"status_code": 429})("slow down"),
    ],
)
def test_other_backends_that_cannot_get_in(answers, error):
    post(5)
    answers["r"] = error
    for _ in range(3):
        assert services.send_due().down
        later()
    assert rows() == [(State.PENDING, 0)]


def test_the_task_goes_on_by_itself_when_it_is_over(answers):
    post(5)
    answers["r"] = smtplib.SMTPSenderRefused(421, b"bye", "us@example.org")
    assert tasks.send_due_deliveries() == 0
    answers.clear()
    assert tasks.send_due_deliveries() == 0
    later()
    assert tasks.send_due_deliveries() == 5


def test_a_run_that_was_accepted_before_clears_nothing_that_came_since(answers):
    post(1)
    services.send_due()
    ServerRefusal.objects.create(sender="*", tries=1, next_try_at=timezone.now())
    monitor = server_state.ServerMonitor()
    monitor.load_state()
    monitor.interpret_result(
        Delivery.objects.get(), "", server_state.DeliveryResult(server_state.DeliveryStatus.SENT)
    )
    moment = timezone.now() + datetime.timedelta(minutes=2)
    ServerRefusal.objects.update(tries=2, next_try_at=moment)
    monitor.write_state()
    assert ServerRefusal.objects.get().tries == 2


def test_the_mailings_page_says_so_and_lets_an_editor_try(admin_client, answers):
    post(5, from_email="bad@example.org")
    answers["r"] = smtplib.SMTPSenderRefused(553, b"5.7.1 not yours", "bad@example.org")
    services.send_due()
    url = reverse("cx_deliveries:mailing", args=[Mailing.objects.get().name])
    page = admin_client.get(url).content.decode()
    assert "The mail server is refusing emails: SMTPSenderRefused" in page
    assert "5.7.1 not yours" in page
    assert "Next try:" in page
    assert "other emails are still sent" in page
    answers.clear()
    Delivery.objects.update(due_at=timezone.now())
    admin_client.post(url, {"do": "try"})
    services.send_due()
    assert len(mail.outbox) == 5
    assert "The mail server is refusing emails" not in admin_client.get(url).content.decode()


def test_other_mailings_do_not_speak_of_it(admin_client, answers):
    post(2, name="bad", from_email="bad@example.org")
    post(2, mailing="series:2", due_at=timezone.now() + datetime.timedelta(hours=1))
    answers["bad"] = smtplib.SMTPSenderRefused(553, b"5.7.1 not yours", "bad@example.org")
    services.send_due()
    page = admin_client.get(reverse("cx_deliveries:mailing", args=["series:2"])).content.decode()
    assert "The mail server is refusing emails" not in page


def test_a_server_that_never_answers_texts_leaves_few_in_doubt(server):  # noqa: F811
    post(30)
    server.always_ends_after = "text"
    doubts = []
    for _ in range(4):
        assert services.send_due(commit_size=10).down
        doubts.append(Delivery.objects.filter(state=State.IN_DOUBT).count())
        later()
    assert doubts == [2, 3, 4, 5]
    server.always_ends_after = ""
    assert services.send_due().sent == 25
