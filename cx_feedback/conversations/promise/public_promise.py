"""The promise as readers see it: the time, the working hours, and how well it was kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import pgettext

from cx_feedback.conversations.models import Calendar, Conversation, Promise
from cx_feedback.conversations.models.conversation_filters import ConversationFacts
from cx_feedback.conversations.models.promises import WEEKDAYS
from cx_feedback.conversations.promise.duration_format import format_minutes
from cx_feedback.conversations.promise.kept_share import DAYS, KeptShare, get_public_share
from cx_feedback.conversations.promise.promise_matching import load_promises


@dataclass(frozen=True)
class DayHours:
    """Days in a row with the same working hours."""

    days: str
    hours: str


@dataclass(frozen=True)
class PublicPromise:
    """A promise in words."""

    within: str
    hours: tuple[DayHours, ...]
    time_zone: str
    share: KeptShare
    days: int = DAYS


def get_public_promise(page: Any) -> PublicPromise | None:
    """Return what is promised to anybody who writes from ``page``, None if nothing is."""
    facts = ConversationFacts(Conversation.Kind.LETTER, "", getattr(page, "path", "") or "")
    promise = load_promises().find(facts)
    if promise is None or promise.first_answer is None:
        return None
    return build_public_promise(promise, get_public_share(promise.pk))


def build_public_promise(promise: Promise, share: KeptShare) -> PublicPromise:
    """Return a promise in the language of the thread."""
    return PublicPromise(
        within=format_minutes(promise.first_answer),
        hours=tuple(_iter_hours(promise.calendar)),
        time_zone=promise.calendar.time_zone.replace("_", " "),
        share=share,
    )


def _iter_hours(calendar: Calendar) -> Iterator[DayHours]:
    """Yield the hours, with days in a row together."""
    days = [(number, getattr(calendar, name)) for number, name in enumerate(WEEKDAYS)]
    for hours, group in groupby(days, key=lambda day: day[1]):
        if hours:
            numbers = [number for number, _hours in group]
            yield DayHours(_name_days(numbers[0], numbers[-1]), hours.replace("-", "–"))


def _name_days(first: int, last: int) -> str:
    if first == last:
        return str(WEEKDAY_NAMES[first])
    names = {"first": WEEKDAY_NAMES[first], "last": WEEKDAY_NAMES[last]}
    return pgettext("days", "%(first)s to %(last)s") % names
