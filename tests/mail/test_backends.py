"""One mailing by Django's SMTP backend and by ours, and our emails in other backends."""

import pytest
from django.core import mail
from django.core.mail import EmailMessage, get_connection, send_mail
from django.core.mail.backends.locmem import EmailBackend as LocmemBackend
from django.db.models import F

from cx_feedback.mail import services
from cx_feedback.mail.messages.delivery_result import DeliveryStatus
from cx_feedback.mail.models import Delivery
from cx_feedback.mail.services import Recipient
from tests.mail.test_mime import encode_by_django, outgoing, parts, read
from tests.mail.test_transport import (  # noqa: F401
    DJANGOS,
    OURS,
    backend,
    only_ours,
    send,
    server,
)

State = Delivery.State


@pytest.fixture(autouse=True)
def _nobody_else_sends(monkeypatch):
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)


def send_mailing(commit_size):
    """Send a mailing in which some are refused; return its rows without the runs' tokens."""
    Delivery.objects.all().delete()
    services.queue_mailing(
        message=services.create_message(
            subject="Hola, {name}",
            text="Hola, {name}.\n.\n",
            html="<p>Hola, {name}</p>",
            headers={"List-Unsubscribe": "<https://example.org/{name}>"},
        ),
        mailing="series:1",
        recipients=[
            Recipient(f"r{n}", f"r{n}@example.org", variables={"name": f"ñ{n}"}) for n in range(25)
        ],
    )
    # The Message-ID contains the row's.
    first = Delivery.objects.order_by("pk").first().pk
    Delivery.objects.update(id=F("id") - first + 1_000_000)
    summary = services.send_due(commit_size=commit_size)
    rows = Delivery.objects.order_by("pk").values_list(
        "recipient_key", "state", "attempts", "error", "provider_id", "lease_until"
    )
    return summary, list(rows)


@pytest.mark.django_db
@pytest.mark.parametrize("commit_size", [1, 10])
def test_both_backends_leave_the_same_rows_and_bytes(server, settings, monkeypatch, commit_size):  # noqa: F811
    monkeypatch.setattr("cx_feedback.mail.messages.mime.time.time", lambda: 1_700_000_000)
    server.says_to = {"r3@": "550 5.1.1 unknown", "r7@": "451 4.2.2 full", "r20@": "554 no"}
    found = {}
    for name in (DJANGOS, OURS):
        settings.EMAIL_BACKEND = name
        server.texts.clear()
        found[name] = (*send_mailing(commit_size), [text for text in server.texts if text])
    assert found[DJANGOS] == found[OURS]
    summary, rows, texts = found[OURS]
    assert (summary.sent, summary.failed, summary.later) == (22, 2, 1)
    assert len(texts) == 22
    assert {row[1] for row in rows} == {State.SENT, State.FAILED, State.PENDING}


@only_ours
def test_other_emails_of_the_site_go_as_by_djangos(server):  # noqa: F811
    assert send_mail("Password", "Reset", "us@example.org", ["ana@example.org"]) == 1
    assert b"Subject: Password" in server.texts[0]
    server.says_once["RCPT"] = "550 unknown"
    with pytest.raises(Exception, match="unknown"):
        send_mail("Password", "Reset", "us@example.org", ["ana@example.org"])
    server.says_once["RCPT"] = "550 unknown"
    assert send_mail("S", "T", "us@example.org", ["ana@example.org"], fail_silently=True) == 0


@only_ours
def test_other_emails_among_ours(server):  # noqa: F811
    other = EmailMessage("Other", "Text", "us@example.org", ["zoe@example.org"])
    server.says_once["text"] = "554 spam"
    ours = [outgoing(), outgoing(sender="us@ñandú.example"), outgoing(text="{name}", name="\ud800")]
    with pytest.raises(Exception, match="spam"):
        get_connection().send_messages([*ours[:2], other, ours[2], other, outgoing()])
    assert [email.delivery_result.status.name for email in ours] == ["REFUSED", "SENT", "REFUSED"]
    assert [b"Subject: Other" in text for text in server.texts if text] == [
        *[False, False, True, True, False],
    ]


@only_ours
def test_a_call_leaves_the_connection_as_it_found_it(server):  # noqa: F811
    backend = get_connection()  # noqa: F811
    assert backend.send_messages([outgoing(), outgoing()]) == 2
    assert backend.connection is None
    backend.open()
    backend.send_messages([outgoing()])
    assert backend.connection is not None
    backend.close()
    assert server.sessions == 2
    assert server.heard.count("QUIT") == 2


@only_ours
def test_an_error_is_raised_once_all_results_are_written(server):  # noqa: F811
    emails = [outgoing(), outgoing(), outgoing()]
    server.says_second["RCPT"] = "550 unknown"
    with pytest.raises(Exception, match="unknown"):
        get_connection().send_messages(emails)
    assert [email.delivery_result.status.name for email in emails] == ["SENT", "REFUSED", "SENT"]
    server.says_once["RCPT"] = "550 unknown"
    assert get_connection(fail_silently=True).send_messages([outgoing(), outgoing()]) == 1


def test_a_backend_may_change_an_email(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Staging"
    email = outgoing(text="Hi {name}", html="<p>{name}</p>")
    assert send(email)[0].status is DeliveryStatus.SENT
    message = read(mail.outbox[0].message().as_bytes())
    assert (message["To"], message["Subject"]) == ("staging@example.org", "[staging] Hi")
    assert mail.outbox[0].recipients() == ["staging@example.org"]
    assert parts(message) == [("text/plain", "Hi Ana!"), ("text/html", "<p>Ana</p>")]


class Staging(LocmemBackend):
    """Changes all emails, as backends of sites under test do."""

    def send_messages(self, messages):
        for message in messages:
            message.to = ["staging@example.org"]
            message.subject = f"[staging] {message.subject}"
            message.body += "!"
        return super().send_messages(messages)


def test_an_email_that_was_only_read_is_not_encoded_again():
    email = outgoing(text="Hi {name}", html="<p>{name}</p>")
    before = email.message().as_bytes()
    assert (email.body, email.alternatives[0].content) == ("Hi Ana", "<p>Ana</p>")
    assert email.envelope is not None
    assert email.message().as_bytes() == before
    email.attach("a.txt", "text")
    assert email.envelope is None
    assert b"a.txt" in email.message().as_bytes()


def test_a_backend_may_sign_the_message():
    email = outgoing()
    message = email.message()
    data = message.as_bytes()
    assert data == bytes(message) == str(message).encode()
    assert message.as_bytes(linesep="\r\n") == data.replace(b"\n", b"\r\n")
    assert message["To"] == "ana@example.org"
    assert "Subject" in message
    assert {"From", "Subject"} <= set(message)
    assert len(message) == len(message.keys())
    assert message.as_bytes() == data
    message["DKIM-Signature"] = "v=1"
    assert b"DKIM-Signature: v=1\n" in message.as_bytes()
    del message["DKIM-Signature"]
    assert message.as_bytes() == data
    assert message.get_content_type() == read(encode_by_django(email)).get_content_type()


@pytest.mark.parametrize("html", ["", "<p>Hi {name}</p>"])
def test_a_provider_gets_all_parts(settings, html):
    pytest.importorskip("anymail")
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    email = outgoing("Hello", "Hi {name}", html)
    [result] = send(email)
    sent = mail.outbox[0].anymail_test_params
    assert (result.status, result.provider_id) == (DeliveryStatus.SENT, "0")
    assert (sent["subject"], sent["text_body"]) == ("Hello", "Hi Ana")
    assert sent.get("html_body") == ((html and "<p>Hi Ana</p>") or None)
    assert [to.addr_spec for to in sent["to"]] == ["ana@example.org"]
    assert sent["from"].addr_spec == "us@example.org"
    assert sent["extra_headers"]["List-Unsubscribe"] == f"<https://x.example/u/{'a' * 90}>"
    assert sent["extra_headers"]["Message-ID"].startswith("<cx-7-")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("rejected", DeliveryStatus.REFUSED),
        ("invalid", DeliveryStatus.REFUSED),
        ("queued", DeliveryStatus.SENT),
        (400, DeliveryStatus.REFUSED),
        (429, DeliveryStatus.SERVER_DOWN),
        (500, DeliveryStatus.IN_DOUBT),
    ],
)
def test_what_a_provider_answers(settings, answer, status):
    pytest.importorskip("anymail")
    from anymail.exceptions import AnymailAPIError
    from anymail.message import AnymailRecipientStatus

    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    email = outgoing()
    if isinstance(answer, str):
        found = AnymailRecipientStatus("42", answer)
        email.anymail_test_response = {"recipient_status": {"ana@example.org": found}}
    else:
        email.anymail_test_response = AnymailAPIError("no")
        email.anymail_test_response.status_code = answer
        email.anymail_test_response.response = type("Response", (), {"reason": "no", "text": ""})
    assert send(email)[0].status is status
