"""Payloads of events. Each holds ids and plain values; texts are added when an event is sent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ResponsePayload:
    """A response to a survey or an NPS widget; ``survey`` is the id of either."""

    response: int
    survey: int
    page: int | None
    reader: int | None


@dataclass(frozen=True)
class CommentPayload:
    """A comment; ``state`` is the one that it has now, ``reader`` its author."""

    comment: int
    thread: int
    state: str
    reader: int | None


@dataclass(frozen=True)
class SubscriptionPayload:
    """A subscription to a mailing list, without its address."""

    subscription: int
    list: int
    reader: int | None


@dataclass(frozen=True)
class SilencePayload:
    """An absence of a reader; ``since`` is the date of the last visit (ISO 8601).

    ``probability`` is that of a return within the horizon, 0 to 1.
    """

    reader: int
    silence: int
    since: str
    probability: float


@dataclass(frozen=True)
class ReturnPayload:
    """A reader's return after ``days`` of absence."""

    reader: int
    silence: int
    days: int


@dataclass(frozen=True)
class TierPayload:
    """A reader's new tier of loyalty."""

    reader: int
    tier: str


@dataclass(frozen=True)
class MailPayload:
    """An event of an email: ``report`` is "bounced", "complained" or "unsubscribed"."""

    delivery: int
    mailing: str
    report: str
    reader: int | None


@dataclass(frozen=True)
class ReadersPayload:
    """Readers by their ids."""

    readers: list[int]


@dataclass(frozen=True)
class ExportPayload:
    """An export of the responses to a survey, whose file is ready."""

    export: int
    survey: int


@dataclass(frozen=True)
class TestPayload:
    """An event that a person made by a button."""

    webhook: int
