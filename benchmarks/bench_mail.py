"""Sending through the ledger against ready-made bytes over one connection to the same sink."""

import smtplib
import statistics
import time
from collections.abc import Callable

from benchmarks import site
from benchmarks.results import Result
from benchmarks.sink import sink

#: Messages of one measurement.
MESSAGES = 600
ROUNDS = 5
LINES = "".join(
    f"<p style='margin: 0 0 1em; color: #222'>Paragraph {n}: what came out this week, "
    "and why readers like you come back for it.</p>\n"
    for n in range(40)
)


def run() -> list[Result]:
    """Measure commits after every message and after ten."""
    site.setup()
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


def _ours(commit_size: int) -> None:
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
