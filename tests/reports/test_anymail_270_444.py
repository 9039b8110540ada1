"""anymail#270, anymail#444: senders of international domains break headers.

A Message-ID of encoded words is none, and nobody's program unsubscribes by an encoded address.
"""

import copy
import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core import mail
from django.core.mail import get_connection

from cx_feedback.comments.following import notification_mails
from cx_feedback.mail.messages import mime
from cx_feedback.mail.messages.ascii_headers import (
    UnfoldedHeader,
    encode_sender,
    encode_url,
)
from cx_feedback.mail.messages.delivery_result import DeliveryStatus
from cx_feedback.mail.messages.list_headers import build_list_id
from cx_feedback.mail.messages.outgoing_email import OutgoingEmail
from cx_feedback.mail.models import Delivery, Message
from cx_feedback.newsletter.models import MailingList
from cx_feedback.newsletter.rendering import mail_renderer
from cx_feedback.newsletter.rendering.mail_sites import get_mail_site
from tests.comments.conftest import talk, write  # noqa: F401
from tests.mail.test_mime import encode_by_django
from tests.mail.test_transport import backend, send, server  # noqa: F401

SENDERS = {
    "Müller <post@müller.example>": "xn--mller-kva.example",
    "post@ñandú.example": "xn--and-6ma2c.example",
    '"Ñandú, S. A." <post@ñandú.example>': "xn--and-6ma2c.example",
}
#: As long as an address with a signature may get.
LONG = "https://ñandú.example/añadir/" + "x" * 300 + "/?mail=é"
PLAIN = ("Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id")


def outgoing(sender):
    message = Message(
        subject="Hola",
        text="Hola",
        html="<p>Hola</p>",
        from_email=sender,
        headers={
            "List-Unsubscribe": "<{url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": build_list_id("list", 3, "https://ñandú.example"),
        },
    )
    delivery = Delivery(
        pk=7, mailing="m:1", recipient_key="9", address="ana@example.org", variables={"url": LONG}
    )
    return OutgoingEmail(delivery, message)


def check(data, domain):
    """Check the bytes of a mail as they went out."""
    head = re.split(rb"\r?\n\r?\n", data)[0]
    assert head.isascii()
    assert max(map(len, head.splitlines())) <= 998
    raw = {}
    for line in re.sub(rb"\r?\n[ \t]", b" ", head).decode().splitlines():
        name, _colon, value = line.partition(":")
        raw[name] = value.strip()
    for name in PLAIN:
        assert "=?" not in raw[name], raw[name]
    assert re.fullmatch(rf"<cx-[^@<>]+@{re.escape(domain)}>", raw["Message-ID"])
    assert f"post@{domain}" in raw["From"]
    assert raw["List-Id"] == "<list-3.cx-feedback.xn--and-6ma2c.example>"
    unsubscribe = "<https://xn--and-6ma2c.example/a%C3%B1adir/" + "x" * 300 + "/?mail=%C3%A9>"
    assert raw["List-Unsubscribe"] == unsubscribe
    return message_from_bytes(data, policy=policy.default)


@pytest.mark.parametrize("sender", SENDERS)
def test_our_own_bytes(sender):
    one = outgoing(sender)
    assert one.envelope == (f"post@{SENDERS[sender]}", "ana@example.org")
    check(mime.encode_message(one.rendered), SENDERS[sender])


@pytest.mark.parametrize("sender", SENDERS)
def test_djangos_message(sender):
    check(encode_by_django(outgoing(sender)), SENDERS[sender])


@pytest.mark.parametrize("how", [policy.default, policy.SMTP])
def test_the_modern_policy_that_django_6_uses(how):
    message = EmailMessage(policy=how)
    for name, value in outgoing("post@ñandú.example").extra_headers.items():
        message[name] = value
    message["From"] = "post@xn--and-6ma2c.example"
    message.set_content("Hola")
    check(message.as_bytes(), "xn--and-6ma2c.example")


@pytest.mark.parametrize("sender", SENDERS)
def test_over_a_real_server(server, sender):  # noqa: F811
    assert send(outgoing(sender))[0].status == DeliveryStatus.SENT
    [text] = server.texts
    check(text if isinstance(text, bytes) else text.encode(), SENDERS[sender])


@pytest.mark.parametrize("sender", SENDERS)
def test_in_a_file(tmp_path, settings, sender):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    assert send(outgoing(sender))[0].status == DeliveryStatus.SENT
    [written] = tmp_path.iterdir()
    check(written.read_bytes(), SENDERS[sender])


@pytest.mark.parametrize("sender", SENDERS)
def test_in_memory(sender):
    assert send(outgoing(sender))[0].status == DeliveryStatus.SENT
    [message] = mail.outbox
    check(message.message().as_bytes(), SENDERS[sender])


@pytest.mark.parametrize("sender", SENDERS)
def test_by_a_provider(sender):
    pytest.importorskip("anymail")
    provider = get_connection("anymail.backends.test.EmailBackend")
    message = outgoing(sender)
    assert provider.send_messages([message]) == 1
    sent = message.anymail_test_params
    assert all(str(value).isascii() for value in sent["extra_headers"].values())
    assert sent["from"].addr_spec == f"post@{SENDERS[sender]}"
    assert str(sent["extra_headers"]["Message-ID"]).endswith(f"@{SENDERS[sender]}>")


def test_what_is_ascii_stays_as_it_is():
    for sender in ("Us <us@example.org>", "us@example.org", "no address"):
        assert encode_sender(sender) == sender
    url = "https://example.org:8000/a%20b/?c=d&e=%C3%A9#f"
    assert encode_url(url) == url
    header = copy.deepcopy(UnfoldedHeader("x", "List-Id"))
    assert (header, header.name) == ("x", "List-Id")


@pytest.mark.django_db
def test_lists_and_threads_have_an_id(write, home):  # noqa: F811
    one = MailingList.objects.create(name="Ñandú")
    parts = mail_renderer.RenderedMail("News", "text {unsubscribe_url}", "<p></p>")
    letter = mail_renderer.store_message(parts, one, "es", bulk=True, site=get_mail_site())
    assert letter.headers["List-Id"] == f"<list-{one.pk}.cx-feedback.localhost>"
    assert (
        "List-Id"
        not in mail_renderer.create_opt_in_message(
            [one], "es", known=False, site=get_mail_site()
        ).headers
    )
    first, second = write("First"), write("Second")
    ids = {
        notification_mails.write_new_comment_mail(comment, "en").headers["List-Id"]
        for comment in (first, second)
    }
    assert ids == {f"<thread-{first.thread_id}.cx-feedback.localhost>"}
