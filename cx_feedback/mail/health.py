"""The way of mails: their server, their sender and their headers."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cx_feedback.core.health.findings import Finding, Level, Problem
from cx_feedback.core.health.registry import Examination
from cx_feedback.mail.messages.list_headers import build_unsubscribe_headers
from cx_feedback.mail.messages.outgoing_email import OutgoingEmail
from cx_feedback.mail.models import Delivery, Message, ServerRefusal

#: The ends of the paths of backends that send nothing.
SILENT_BACKENDS = ("console.EmailBackend", "dummy.EmailBackend", "locmem.EmailBackend")
#: RFC 5322, 2.1.1.
LONGEST_LINE = 998

SENDER_LINE = 'DEFAULT_FROM_EMAIL = "The magazine <hello@magazine.example>"'
DOCS = "docs/explanation/mail.md"

NO_SENDER = Problem(
    "no-sender",
    Level.ERROR,
    _(
        "Mails would come from “%(sender)s”, which is no address of yours: servers refuse them, "
        "and the Message-ID has no domain either."
    ),
    SENDER_LINE,
    DOCS,
)
MAIL_STAYS = Problem(
    "mail-stays",
    Level.WARNING,
    _("Mails don't leave: EMAIL_BACKEND is %(backend)s."),
    'EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"',
    DOCS,
)
BAD_HEADERS = Problem(
    "bad-headers",
    Level.ERROR,
    _("A mail would have a header that servers refuse: %(reason)s."),
    SENDER_LINE,
    DOCS,
)
SERVER_REFUSES = Problem(
    "server-refuses",
    Level.ERROR,
    _("The mail server refused %(tries)s tries in a row: %(error)s."),
    "python manage.py cx_send_due  # once the reason is gone",
    DOCS,
)


def examine_sender() -> Iterator[Finding]:
    """Yield what is wrong with the sender, the backend and the server."""
    if settings.EMAIL_BACKEND.endswith(SILENT_BACKENDS):
        yield MAIL_STAYS.build_finding(backend=settings.EMAIL_BACKEND)
    for row in ServerRefusal.objects.filter(tries__gt=0).order_by("sender"):
        yield SERVER_REFUSES.build_finding(tries=row.tries, error=row.error[:200])


def examine_headers() -> Iterator[Finding]:
    """Yield what is wrong with the headers of a mail of this site, which is not sent."""
    try:
        email = build_sample()
        data = email.message().as_bytes()
    except (ValueError, KeyError) as error:
        yield BAD_HEADERS.build_finding(reason=error)
        return
    domain = parseaddr(email.rendered.sender)[1].rpartition("@")[2]
    if "." not in domain.strip("."):
        yield NO_SENDER.build_finding(sender=email.rendered.sender)
        return
    found = message_from_bytes(data, policy=policy.default)
    head = data.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if len(found["From"].addresses) != 1 or found["From"].defects:
        yield BAD_HEADERS.build_finding(reason=f"From: {found['From']}")
    elif not head.isascii() or max(map(len, head.split(b"\n"))) > LONGEST_LINE:
        yield BAD_HEADERS.build_finding(reason=f"From: {email.rendered.sender}")


def build_sample() -> OutgoingEmail:
    """Return a mail as the site would send it; raises ValueError. It is stored nowhere."""
    message = Message(
        subject="cx_doctor",
        text="Not sent.",
        from_email="",
        headers=build_unsubscribe_headers("https://magazine.example/unsubscribe/"),
    )
    delivery = Delivery(
        mailing="cx-doctor", recipient_key="cx-doctor", address="nobody@example.com"
    )
    return OutgoingEmail(delivery, message)


EXAMINATIONS = (
    Examination("mail", _("Mail server"), examine_sender, (MAIL_STAYS, SERVER_REFUSES)),
    Examination("mail-headers", _("Headers of mails"), examine_headers, (NO_SENDER, BAD_HEADERS)),
)
