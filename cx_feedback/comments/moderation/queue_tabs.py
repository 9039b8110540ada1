"""The tabs of the queue: which comments each has, and how many."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery

from cx_feedback.comments.models import Comment, State, get_unread_condition
from cx_feedback.comments.moderation.queue_tab_names import (
    ALL,
    EDITED,
    FLAGGED,
    OBJECTED,
    TAB_LABELS,
    UNREAD,
)
from cx_feedback.core.database.bounded_counts import build_bounded_count, format_bounded_count
from cx_feedback.core.database.scalar_queries import fetch_scalars

#: The most comments of a tab that are counted without a search or filter, so that the cost of the
#: queue does not grow with it.
MAX_COUNTED = 10_000
_TABS = tuple(str(state) for state in TAB_LABELS)
#: Tabs that are hidden while they are empty.
_HIDDEN_WHEN_EMPTY = (EDITED, OBJECTED, UNREAD, State.TOMBSTONE, State.ERASED)


@dataclass(frozen=True)
class QueueTab:
    """A tab above the queue."""

    state: str
    label: Any
    count: int

    @property
    def shown_count(self) -> str:
        return format_bounded_count(self.count, MAX_COUNTED)


@dataclass(frozen=True)
class QueueCounts:
    """The number of comments of each tab, and the highest ID of a comment in any, 0 without."""

    by_tab: dict[str, int]
    newest: int


def build_tabs(counts: dict[str, int], current: str) -> list[QueueTab]:
    """Return the tabs to show, with the current one in any case."""
    return [
        QueueTab(str(state), label, counts[state])
        for state, label in TAB_LABELS.items()
        if counts[state] or state not in _HIDDEN_WHEN_EMPTY or state == current
    ]


def count_queue(rows: QuerySet[Comment], *, filtered: bool) -> QueueCounts:
    """Return how many of ``rows`` are in each tab.

    ``filtered`` rows are all read once. The others are counted up to ``MAX_COUNTED`` by the
    indexes of their tabs.
    """
    newest = Comment.objects.order_by("-pk").values("pk")[:1]
    if filtered:
        found = fetch_scalars(newest=Subquery(newest))
        return QueueCounts(count_by_tab(rows), found["newest"] or 0)
    counted = {name: build_bounded_count(filter_by_tab(rows, name), MAX_COUNTED) for name in _TABS}
    found = fetch_scalars(**{f"tab_{k}": v for k, v in counted.items()}, newest=Subquery(newest))
    return QueueCounts({name: found[f"tab_{name}"] for name in _TABS}, found["newest"] or 0)


def count_by_tab(rows: QuerySet[Comment]) -> dict[str, int]:
    """Return the number of comments of each tab, including zeros, with one query."""
    counts: dict[str, int] = dict.fromkeys(
        (*State.values, EDITED, FLAGGED, OBJECTED, UNREAD, ALL), 0
    )
    unread = get_unread_condition()
    found = (
        rows.order_by()
        .values("state")
        .annotate(
            n=Count("pk"),
            flagged=Count("pk", filter=Q(flags__gt=0)),
            unread=Count("pk", filter=unread),
            edited=Count("pk", filter=Q(proposed__isnull=False)),
            objected=Count("pk", filter=Q(objected=True)),
        )
    )
    for row in found:
        counts[row["state"]] = row["n"]
        counts[FLAGGED] += row["flagged"]
        counts[UNREAD] += row["unread"]
        counts[EDITED] += row["edited"]
        counts[OBJECTED] += row["objected"]
        counts[ALL] += row["n"]
    return counts


def filter_by_tab(rows: QuerySet[Comment], state: str) -> QuerySet[Comment]:
    """Return the comments of a tab."""
    if state == ALL:
        return rows
    if state == FLAGGED:
        return rows.filter(flags__gt=0)
    if state == EDITED:
        return rows.filter(proposed__isnull=False)
    if state == OBJECTED:
        return rows.filter(objected=True)
    if state == UNREAD:
        return rows.filter(get_unread_condition())
    return rows.filter(state=state)
