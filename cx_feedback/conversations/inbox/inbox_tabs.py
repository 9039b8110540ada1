"""The tabs of the inbox: which conversations each has, and how many."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.conversations.models import Conversation
from cx_feedback.core.database.bounded_counts import build_bounded_count, format_bounded_count
from cx_feedback.core.database.scalar_queries import fetch_scalars

State = Conversation.State
#: The most conversations of a tab that are counted, so that the cost does not grow with them: with
#: sections, counting is what takes longer the more there are.
MAX_COUNTED = 1_000
NEW, MINE, OPEN, WAITING, LATE, SNOOZED, CLOSED, SPAM = (
    "new", "mine", "open", "waiting", "late", "snoozed", "closed", "spam",
)  # fmt: skip
_NEWEST, _OLDEST = ("-last_message_at", "-pk"), ("last_message_at", "pk")


@dataclass(frozen=True)
class InboxTab:
    """A tab: its name, its label and the order of its conversations."""

    name: str
    label: Any
    ordering: tuple[str, ...]
    build_condition: Callable[[Any], Q]

    @property
    def is_queue(self) -> bool:
        """Return whether readers wait in it, the oldest first."""
        return self.ordering == _OLDEST

    def filter(self, rows: QuerySet[Conversation], user: Any) -> QuerySet[Conversation]:
        """Return the conversations of the tab for ``user``."""
        return rows.filter(self.build_condition(user))


def _build_state(state: Conversation.State) -> Callable[[Any], Q]:
    return lambda user: Q(state=state)


def _build_late(user: Any) -> Q:
    return Q(due_at__lt=timezone.now()) & ~Q(state__in=[State.CLOSED, State.WAITING, State.SPAM])


def _build_mine(user: Any) -> Q:
    return Q(assignee=user.pk, state__in=[State.NEW, State.OPEN])


_ALL_TABS = (
    InboxTab(NEW, pgettext_lazy("conversations", "New"), _OLDEST, _build_state(State.NEW)),
    InboxTab(MINE, pgettext_lazy("conversations", "Mine"), _OLDEST, _build_mine),
    InboxTab(OPEN, pgettext_lazy("conversations", "Open"), _OLDEST, _build_state(State.OPEN)),
    InboxTab(
        WAITING,
        pgettext_lazy("conversations", "Waiting for the reader"),
        _NEWEST,
        _build_state(State.WAITING),
    ),
    InboxTab(LATE, pgettext_lazy("conversations", "Late"), ("due_at", "pk"), _build_late),
    InboxTab(
        SNOOZED,
        pgettext_lazy("conversations", "Snoozed"),
        ("snoozed_until", "pk"),
        _build_state(State.SNOOZED),
    ),
    InboxTab(CLOSED, pgettext_lazy("conversations", "Closed"), _NEWEST, _build_state(State.CLOSED)),
    InboxTab(SPAM, pgettext_lazy("conversations", "Spam"), _NEWEST, _build_state(State.SPAM)),
)
TABS = {tab.name: tab for tab in _ALL_TABS}


@dataclass(frozen=True)
class CountedTab:
    """A tab with the number of its conversations."""

    tab: InboxTab
    count: int
    is_current: bool

    @property
    def shown_count(self) -> str:
        return format_bounded_count(self.count, MAX_COUNTED)


def count_tabs(rows: QuerySet[Conversation], user: Any, current: str) -> list[CountedTab]:
    """Return all tabs with the numbers of ``rows`` in them, with one query."""
    counts = {
        f"tab_{tab.name}": build_bounded_count(tab.filter(rows, user), MAX_COUNTED)
        for tab in TABS.values()
    }
    found = fetch_scalars(**counts)
    return [CountedTab(tab, found[f"tab_{name}"], name == current) for name, tab in TABS.items()]
