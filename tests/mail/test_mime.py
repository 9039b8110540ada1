"""The bytes that go out say what Django's own message would have said."""

from email import message_from_bytes, policy

from django.core.mail import EmailMultiAlternatives
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from cx_feedback.mail.messages import mime
from cx_feedback.mail.messages.outgoing_email import OutgoingEmail
from cx_feedback.mail.models import Delivery, Message

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120)
# What a mail cannot carry as such: a lone carriage return becomes a line end.
BODY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=300)


def make(*words, **more):
    return outgoing(*words, **more).rendered


def outgoing(
    subject="Hi",
    text="Hello",
    html="",
    name="Ana",
    sender="Us <us@example.org>",
    to="ana@example.org",
):
    message = Message(
        subject=subject,
        text=text,
        html=html,
        headers={"List-Unsubscribe": "<https://x.example/u/{key}>"},
        from_email=sender,
    )
    delivery = Delivery(
        pk=7,
        mailing="m:1",
        recipient_key="9",
        address=to,
        variables={"name": name, "key": "a" * 90},
    )
    return OutgoingEmail(delivery, message)


def encode_by_django(email):
    """Return the bytes of an email with the same attributes, without our class."""
    return (
        EmailMultiAlternatives(
            email.subject,
            email.body,
            email.from_email,
            email.to,
            headers=email.extra_headers,
            alternatives=email.alternatives,
        )
        .message()
        .as_bytes()
    )


def read(data):
    return message_from_bytes(data, policy=policy.default)


def parts(message):
    return [
        (part.get_content_type(), part.get_content().replace("\r\n", "\n").removesuffix("\n"))
        for part in message.walk()
        if not part.is_multipart()
    ]


@given(subject=WORDS, body=BODY, name=WORDS, html=st.booleans())
def test_a_reader_gets_the_same_words_as_with_djangos_message(subject, body, name, html):
    subject = f"News {subject}".replace("{", "(").strip()
    text = f"{body}\nDear {{name|reader}},\n{body}".removesuffix("\n")
    email = outgoing(subject, text, f"<p>{text}</p>" if html else "", name)
    ours, theirs = read(email.message().as_bytes()), read(encode_by_django(email))
    assert parts(ours) == parts(theirs)
    names = ["From", "To", "List-Unsubscribe", "Message-ID", "MIME-Version"]
    assert [ours[n] for n in names] == [theirs[n].strip() for n in names]
    # Runs of blanks are folded away by both, each in its own place.
    assert ours["Subject"].split() == theirs["Subject"].split()


def test_every_line_is_short_enough_and_ends_in_crlf():
    message = make(
        "Ñ" * 300, "x" * 5000 + " {name}\n.\n", "<p>" + "é" * 5000 + "</p>", "Ñandú " * 400
    )
    data = mime.encode_message(message)
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= mime.MAX_LINE_LENGTH
    assert read(data)["Subject"] == "Ñ" * 300
    assert not read(data).defects


def test_a_sender_with_an_accent_and_addresses_outside_ascii():
    message = make(sender="Próxima <hola@example.org>")
    assert str(read(mime.encode_message(message))["From"]) == "Próxima <hola@example.org>"
    assert mime.get_envelope(message.sender, message.to) == ("hola@example.org", "ana@example.org")
    assert mime.get_envelope("Hola <hola@próxima.example>", message.to) is None
    assert mime.get_envelope(message.sender, "ñandú@example.org") is None


@override_settings(EMAIL_USE_LOCALTIME=True, TIME_ZONE="Europe/Madrid")
def test_the_date_is_aware():
    date = read(mime.encode_message(make()))["Date"].datetime
    assert date.utcoffset().total_seconds() in (3600, 7200)
