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

from benchmarks import mailing_memory, peers, site, words
from benchmarks.results import Result
from benchmarks.sink import sink, taken

#: Messages of one measurement.
MESSAGES = 1500
ROUNDS = 7
#: The others are slow.
PEER_ROUNDS = 3
DJANGOS, OURS = "Django's", "our"
BACKENDS = {
    DJANGOS: "django.core.mail.backends.smtp.EmailBackend",
    OURS: "cx_feedback.mail.backends.smtp.EmailBackend",
}
#: By backend and commit size, to ready-made bytes.
SPEED_GOALS = {
    (DJANGOS, 1): ">= 0.3",
    (DJANGOS, 10): ">= 0.5",
    (OURS, 1): ">= 0.4",
    (OURS, 10): ">= 0.8",
}
PACKAGES = {
    "newsletter": ("django-newsletter", ">= 8"),
    "post_office": ("django-post_office", ">= 3"),
}


def run() -> list[Result]:
    """Measure speed to ready-made bytes and to two other packages, and memory."""
    site.setup()
    return [*_speeds(), *_peers(), _memory()]


def _speeds() -> list[Result]:
    """Both backends with commits after every message and after ten, and Django without a ledger."""
    speeds: dict[tuple[str, int], list[float]] = {key: [] for key in SPEED_GOALS}
    base: list[float] = []
    bare: list[float] = []
    with sink() as port:
        use(port)
        for number in range(ROUNDS):
            base.append(_rate(lambda: _ready_made(port)))
            bare.append(_rate(_bare))
            for (backend, size), found in speeds.items():
                post(f"bench:{backend}-{size}-{number}", MESSAGES)
                found.append(_rate(lambda size=size, backend=backend: _ours(size, backend)))
        assert taken(port) == (2 + len(speeds)) * ROUNDS * MESSAGES
    print(f"ready-made bytes: {statistics.median(base):.0f} messages a second; {get_load()}")
    return [
        Result(
            "mail",
            f"sending by {backend} SMTP backend, a commit every {size}, to ready-made bytes",
            _compare(speeds[backend, size], base),
            goal,
        )
        for (backend, size), goal in SPEED_GOALS.items()
    ] + [
        Result(
            "mail",
            "Django's messages over one open connection, no ledger, to ready-made bytes",
            _compare(bare, base),
        )
    ]


def _compare(rates: list[float], others: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(rates, others, strict=True))


def get_load() -> str:
    """Return the load of the machine in words."""
    return "load {:.1f} {:.1f} {:.1f}".format(*os.getloadavg())


def _peers() -> list[Result]:
    """The default commit size by both backends to the others, each on the same server."""
    sending: dict[tuple[str, str], list[float]] = {}
    in_all: dict[str, list[float]] = {}
    with sink() as port:
        use(port)
        for number in range(PEER_ROUNDS):
            ours: dict[str, float] = {}
            for backend in BACKENDS:
                begun = time.monotonic()
                post(f"bench:default-{backend}-{number}", MESSAGES)
                queueing = time.monotonic() - begun
                ours[backend] = MESSAGES / _rate(lambda backend=backend: _ours(None, backend))
            for name in PACKAGES:
                fresh = site.make_database("peers")
                took = peers.measure(name, port=port, count=MESSAGES, database=fresh)
                print(f"{name}: {MESSAGES / took.sending:.0f} messages a second; {get_load()}")
                for backend, seconds in ours.items():
                    sending.setdefault((name, backend), []).append(took.sending / seconds)
                in_all.setdefault(name, []).append(
                    (took.queueing + took.sending) / (queueing + ours[OURS])
                )
        assert taken(port) == PEER_ROUNDS * (len(BACKENDS) + len(PACKAGES)) * MESSAGES
    return [
        Result(
            "mail",
            f"sending by {backend} SMTP backend, to {PACKAGES[name][0]}",
            statistics.median(found),
            PACKAGES[name][1],
        )
        for (name, backend), found in sending.items()
    ] + [
        Result(
            "mail",
            f"queueing and sending by {OURS} SMTP backend, to {PACKAGES[name][0]}",
            statistics.median(found),
        )
        for name, found in in_all.items()
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

    settings.EMAIL_BACKEND = BACKENDS[DJANGOS]
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


def _ours(commit_size: int | None, backend: str) -> None:
    from django.conf import settings

    from cx_feedback.mail import services

    settings.EMAIL_BACKEND = BACKENDS[backend]
    outcome = services.send_due(commit_size=commit_size)
    assert outcome.sent == MESSAGES, outcome


def _bare() -> None:
    """Django's own messages over one open connection, as in its documentation."""
    from django.core.mail import EmailMultiAlternatives, get_connection

    with get_connection(BACKENDS[DJANGOS]) as connection:
        for number in range(MESSAGES):
            name, address, url = words.recipient(number)
            email = EmailMultiAlternatives(
                words.subject(name),
                words.text(name, url),
                words.SENDER,
                [address],
                headers=words.headers(url),
                alternatives=[(words.html(name, url), "text/html")],
            )
            connection.send_messages([email])


def _ready_made(port: int) -> None:
    ready = _mail()
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for number in range(MESSAGES):
            connection.sendmail(words.SENDER, [f"r{number}@example.org"], ready)


def _mail() -> bytes:
    from cx_feedback.mail.messages.outgoing_email import OutgoingEmail
    from cx_feedback.mail.models import Delivery

    who = recipient(1)
    delivery = Delivery(
        pk=1,
        mailing="bench:0",
        recipient_key=who.key,
        address=who.address,
        variables=dict(who.variables),
    )
    return OutgoingEmail(delivery, message()).message().as_bytes(linesep="\r\n")
