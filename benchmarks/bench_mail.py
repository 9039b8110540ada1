"""Sending through the ledger against ready-made bytes over one connection to the same sink."""

import os
import smtplib
import statistics
import time
from collections.abc import Callable

from benchmarks import mailing_memory, peers, site
from benchmarks.results import Result
from benchmarks.sink import sink

#: Messages of one measurement.
MESSAGES = 600
ROUNDS = 5
#: The others are slow.
PEER_MESSAGES, PEER_ROUNDS = 300, 3
LINES = "".join(
    f"<p style='margin: 0 0 1em; color: #222'>Paragraph {n}: what came out this week, "
    "and why readers like you come back for it.</p>\n"
    for n in range(40)
)


def run() -> list[Result]:
    """Measure speed to ready-made bytes and to two other packages, and memory."""
    site.setup()
    return [*_speeds(), _memory(), *_peers()]


def _memory() -> Result:
    """The growth from a thousand recipients to many; CX_BENCH_RECIPIENTS=1000000 for a million."""
    many = int(os.environ.get("CX_BENCH_RECIPIENTS", "100000"))
    few = mailing_memory.peak(1000, database=site.DATABASE)
    name = f"memory of posting and sending to {many:,} recipients, to that of 1,000"
    value = mailing_memory.peak(many, database=site.DATABASE) / few
    return Result("mail", name, value, "<= 1.1")


def _peers() -> list[Result]:
    """The default commit size to the others, each on the same server and to the same sink."""
    ratios: dict[str, list[float]] = {"newsletter": [], "post_office": []}
    with sink() as port:
        _use(port)
        for number in range(PEER_ROUNDS):
            _post(f"bench:default-{number}")
            ours = _rate(lambda: _ours(None))
            for name, found in ratios.items():
                fresh = site.make_database("peers")
                took = peers.seconds(name, port=port, count=PEER_MESSAGES, database=fresh)
                found.append(ours * took / PEER_MESSAGES)
    return [
        Result("mail", f"sending by default, to {package}", statistics.median(ratios[name]), goal)
        for name, package, goal in (
            ("newsletter", "django-newsletter", ">= 8"),
            ("post_office", "django-post_office", ">= 3"),
        )
    ]


def _speeds() -> list[Result]:
    """Commits after every message and after ten."""
    with sink() as port:
        _use(port)
        base, speeds = [], {1: [], 10: []}
        for number in range(ROUNDS):
            base.append(_rate(lambda: _ready_made(port)))
            for commit_size, found in speeds.items():
                _post(f"bench:{commit_size}-{number}")
                found.append(_rate(lambda size=commit_size: _ours(size)))
    return [
        Result(
            "mail",
            f"sending, a commit every {size}, to ready-made bytes over one connection",
            statistics.median(a / b for a, b in zip(speeds[size], base, strict=True)),
            goal,
        )
        for size, goal in ((1, ">= 0.4"), (10, ">= 0.8"))
    ]


def _use(port: int) -> None:
    from django.conf import settings

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def _rate(send: Callable[[], None]) -> float:
    begun = time.monotonic()
    send()
    return MESSAGES / (time.monotonic() - begun)


def _post(mailing: str) -> None:
    from cx_feedback.mail import services
    from cx_feedback.mail.services import posting

    posting._nudge = lambda: None  # nobody else sends
    services.post_many(
        letter=_letter(),
        mailing=mailing,
        recipients=(
            services.Recipient(
                str(n),
                f"r{n}@example.org",
                variables={"name": f"Reader {n}", "unsubscribe_url": f"https://x.example/u/{n}"},
            )
            for n in range(MESSAGES)
        ),
    )


def _letter():
    from cx_feedback.mail import services

    return services.write_letter(
        subject="News for {name|you}",
        text="Hello {name|reader}\n\n" + "What came out this week.\n" * 40 + "{unsubscribe_url}",
        html=f"<p>Hello {{name|reader}}</p>{LINES}<a href='{{unsubscribe_url}}'>No more</a>",
        headers={
            "List-Unsubscribe": "<{unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _ours(commit_size: int | None) -> None:
    from cx_feedback.mail import services

    outcome = services.send_due(commit_size=commit_size)
    assert outcome.sent == MESSAGES, outcome


def _ready_made(port: int) -> None:
    from cx_feedback.mail import letters, mime
    from cx_feedback.mail.models import Delivery

    delivery = Delivery(
        pk=1,
        mailing="bench:0",
        recipient_key="1",
        address="r1@example.org",
        variables={"name": "Reader 1", "unsubscribe_url": "https://x.example/u/1"},
    )
    ready = mime.bytes_of(letters.filled(delivery, _letter()))
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for number in range(MESSAGES):
            connection.sendmail("us@example.org", [f"r{number}@example.org"], ready)
