"""Sending through the ledger: to ready-made bytes, to two other packages, and its memory.

All send the same words to as many recipients and to the same sink, in turn. Ready-made bytes are
those of one of our mails, handed to ``smtplib`` again and again over one connection: as a script
would that builds nothing and remembers nothing.
"""

import os
import smtplib
import statistics
import time
from collections.abc import Callable
from itertools import zip_longest

from benchmarks import mailing_memory, peers, site, words
from benchmarks.results import Result
from benchmarks.sink import sink, taken

#: Messages of one measurement.
MESSAGES = 1500
ROUNDS = 7
#: The others are slow.
PEER_ROUNDS = 3
PACKAGES = {
    "newsletter": ("django-newsletter", ">= 8"),
    "post_office": ("django-post_office", ">= 3"),
}


def run() -> list[Result]:
    """Measure speed to ready-made bytes and to two other packages, and memory."""
    site.setup()
    return [*_speeds(), *_peers(), _memory()]


def _speeds() -> list[Result]:
    """Commits after every message and after ten."""
    with sink() as port:
        use(port)
        base: list[float] = []
        together: list[float] = []
        speeds: dict[int, list[float]] = {1: [], 10: []}
        for number in range(ROUNDS):
            base.append(_rate(lambda: _ready_made(port)))
            together.append(_rate(lambda: _ready_made_together(port)))
            for commit_size, found in speeds.items():
                post(f"bench:{commit_size}-{number}", MESSAGES)
                found.append(_rate(lambda size=commit_size: _ours(size)))
        assert taken(port) == 4 * ROUNDS * MESSAGES
    print(f"ready-made bytes: {statistics.median(base):.0f} messages a second")
    return [
        Result(
            "mail",
            f"sending, a commit every {size}, to ready-made bytes over one connection",
            statistics.median(a / b for a, b in zip(speeds[size], base, strict=True)),
            goal,
        )
        for size, goal in ((1, ">= 0.4"), (10, ">= 0.8"))
    ] + [
        Result(
            "mail",
            "ready-made bytes, commands together (PIPELINING), to one by one",
            statistics.median(a / b for a, b in zip(together, base, strict=True)),
        )
    ]


def _peers() -> list[Result]:
    """The default commit size to the others, each on the same server."""
    sending: dict[str, list[float]] = {name: [] for name in PACKAGES}
    in_all: dict[str, list[float]] = {name: [] for name in PACKAGES}
    with sink() as port:
        use(port)
        for number in range(PEER_ROUNDS):
            begun = time.monotonic()
            post(f"bench:default-{number}", MESSAGES)
            queueing = time.monotonic() - begun
            ours = MESSAGES / _rate(lambda: _ours(None))
            for name in PACKAGES:
                fresh = site.make_database("peers")
                took = peers.measure(name, port=port, count=MESSAGES, database=fresh)
                print(f"{name}: {MESSAGES / took.sending:.0f} messages a second")
                sending[name].append(took.sending / ours)
                in_all[name].append((took.queueing + took.sending) / (queueing + ours))
        assert taken(port) == PEER_ROUNDS * (1 + len(PACKAGES)) * MESSAGES
    return [
        result
        for name, (package, goal) in PACKAGES.items()
        for result in (
            Result(
                "mail", f"sending by default, to {package}", statistics.median(sending[name]), goal
            ),
            Result("mail", f"queueing and sending, to {package}", statistics.median(in_all[name])),
        )
    ]


def _memory() -> Result:
    """The growth from a thousand recipients to many; CX_BENCH_RECIPIENTS=1000000 for a million."""
    many = int(os.environ.get("CX_BENCH_RECIPIENTS", "100000"))
    name = f"memory of posting and sending to {many:,} recipients, to that of 1,000"
    with sink() as port:
        few, all_of_them = (
            mailing_memory.peak(count, database=site.DATABASE, port=port) for count in (1000, many)
        )
    return Result("mail", name, all_of_them / few, "<= 1.1")


def use(port: int) -> None:
    """Let Django send to the sink at ``port``."""
    from django.conf import settings

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def _rate(send: Callable[[], None]) -> float:
    begun = time.monotonic()
    send()
    return MESSAGES / (time.monotonic() - begun)


def post(mailing: str, count: int) -> None:
    """Post the letter to so many."""
    from cx_feedback.mail import services
    from cx_feedback.mail.services import queueing as posting

    posting._nudge_sending = lambda: None  # nobody else sends
    services.queue_mailing(
        message=message(), mailing=mailing, recipients=map(recipient, range(count))
    )


def message():
    """Return the letter that is sent."""
    from cx_feedback.mail import services

    return services.create_message(
        subject=words.subject("{name|Reader}"),
        text=words.text("{name|reader}", "{unsubscribe_url}"),
        html=words.html("{name|reader}", "{unsubscribe_url}"),
        headers=words.headers("{unsubscribe_url}"),
        from_email=words.SENDER,
    )


def recipient(number: int):
    """Return one of its recipients."""
    from cx_feedback.mail import services

    name, address, url = words.recipient(number)
    return services.Recipient(
        str(number), address, variables={"name": name, "unsubscribe_url": url}
    )


def _ours(commit_size: int | None) -> None:
    from cx_feedback.mail import services

    outcome = services.send_due(commit_size=commit_size)
    assert outcome.sent == MESSAGES, outcome


def _ready_made(port: int) -> None:
    ready = _mail(double=False)
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for number in range(MESSAGES):
            connection.sendmail(words.SENDER, [f"r{number}@example.org"], ready)


def _ready_made_together(port: int) -> None:
    """The same by our own pipeline, to tell what of our speed is PIPELINING's."""
    from cx_feedback.mail.messages.smtp_pipeline import SMTPPipeline

    ready = _mail(double=True)
    envelopes = [(words.SENDER, f"r{number}@example.org") for number in range(MESSAGES)]
    with smtplib.SMTP("127.0.0.1", port) as connection:
        connection.ehlo()
        pipeline = SMTPPipeline(connection)
        for envelope, upcoming in zip_longest(envelopes, envelopes[1:]):
            pipeline.send(envelope, ready, on_data=lambda: None, upcoming=upcoming)


def _mail(*, double: bool) -> bytes:
    from cx_feedback.mail.messages import mime, rendering
    from cx_feedback.mail.models import Delivery

    who = recipient(1)
    delivery = Delivery(
        pk=1,
        mailing="bench:0",
        recipient_key=who.key,
        address=who.address,
        variables=dict(who.variables),
    )
    return mime.encode_message(rendering.render_message(delivery, message()), double=double)
