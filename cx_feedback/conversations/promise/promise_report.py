"""The report on the promise: by month, kind, section and person."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

import swapper
from django.contrib.auth import get_user_model
from django.db.models import Case, F, Q, QuerySet, When

from cx_feedback.conversations.models import Conversation, PromiseClock
from cx_feedback.conversations.permissions import Scope
from cx_feedback.conversations.promise.kept_share import annotate_kept
from cx_feedback.conversations.promise.promise_figures import (
    GoalFigures,
    MonthChange,
    PromiseFigures,
)
from cx_feedback.core.pages import site_time
from cx_feedback.core.pages.sections import get_sections
from cx_feedback.core.people.account_names import admin_name

#: Clocks that are fetched at once.
CHUNK = 5000


@dataclass(frozen=True)
class FiguresOfGroup:
    """A group of conversations by its label; None is the group of those without, as a section."""

    label: str | None
    figures: PromiseFigures


@dataclass(frozen=True)
class PromiseReport:
    """The figures of some months; a clock belongs to the month in which it began.

    ``change`` is that of first answers, of the last whole month from the one before it.
    """

    total: PromiseFigures
    months: dict[datetime.date, PromiseFigures]
    kinds: list[FiguresOfGroup]
    sections: list[FiguresOfGroup]
    people: list[FiguresOfGroup]
    change: MonthChange


def build_report(*, scope: Scope, months: int, now: datetime.datetime) -> PromiseReport:
    """Return the report on the last ``months`` whole months and this one, with six queries.

    A clock counts for whoever ended it, and for whom it is assigned to while it runs. Times are
    of what is done, in working time; where no promise said what that is, they don't count.
    """
    days = _get_months(site_time.localdate(now), months)
    by_month = {day: PromiseFigures() for day in days}
    total = PromiseFigures()
    groups: list[dict[Any, PromiseFigures]] = [defaultdict(PromiseFigures) for _group in range(3)]
    kinds, sections, people = groups
    cells = _count_clocks(_find_clocks(scope, days[0], now))
    sections_of_pages = get_sections({cell.page for cell in cells} - {None})
    for cell, found in cells.items():
        for figures in (
            total,
            by_month[cell.month],
            kinds[cell.kind],
            sections[sections_of_pages.get(cell.page)],
            people[cell.person],
        ):
            getattr(figures, cell.goal).include(found)
    labels: dict[Any, Any] = dict(Conversation.Kind.choices)
    return PromiseReport(
        total,
        by_month,
        _name_groups(kinds, labels),
        _name_groups(sections, _get_titles(sections)),
        _name_groups(people, _get_names(people)),
        MonthChange(days[-2], by_month[days[-3]].first, by_month[days[-2]].first),
    )


def _get_months(today: datetime.date, months: int) -> list[datetime.date]:
    """Return the first days of this month and of those before it, the earliest first."""
    found = [today.replace(day=1)]
    while len(found) <= months:
        found.append((found[-1] - datetime.timedelta(days=1)).replace(day=1))
    return found[::-1]


def _find_clocks(scope: Scope, first: datetime.date, now: datetime.datetime) -> QuerySet[Any]:
    since = site_time.make_aware(datetime.datetime.combine(first, datetime.time.min))
    rows = PromiseClock.objects.filter(begun_at__gte=since, begun_at__lte=now)
    if not scope.everywhere:
        rows = rows.filter(conversation__in=scope.conversations())
    promised = Q(minutes__isnull=False) | Q(promise__isnull=False)
    return (
        annotate_kept(rows, now=now)
        .annotate(
            worked=Case(When(promised & Q(done_at__isnull=False), then=F("used"))),
            person=Case(
                When(done_at__isnull=False, then=F("done_by")),
                default=F("conversation__assignee"),
            ),
        )
        .filter(Q(kept__isnull=False) | Q(worked__isnull=False))
    )


class _Cell(NamedTuple):
    """Clocks that belong to the same groups."""

    goal: str
    month: datetime.date
    kind: str
    page: Any
    person: Any


def _count_clocks(clocks: QuerySet[Any]) -> dict[_Cell, GoalFigures]:
    cells: dict[_Cell, GoalFigures] = defaultdict(GoalFigures)
    rows = clocks.values_list(
        "goal", "begun_at", "conversation__kind", "conversation__page", "person", "kept", "worked"
    )
    for goal, begun, kind, page, person, kept, worked in rows.iterator(CHUNK):
        month = site_time.localdate(begun).replace(day=1)
        cells[_Cell(goal, month, kind, page, person)].add(kept, worked)
    return cells


def _name_groups(groups: dict[Any, PromiseFigures], labels: dict[Any, Any]) -> list[FiguresOfGroup]:
    """Return the groups with their labels, the largest first; unknown ones have none."""
    largest = sorted(groups.items(), key=lambda item: -item[1].first.decided)
    return [FiguresOfGroup(labels.get(key), figures) for key, figures in largest]


def _get_titles(sections: dict[Any, Any]) -> dict[int, str]:
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(pk__in=set(sections) - {None})
    return dict(pages.values_list("pk", "title"))


def _get_names(people: dict[Any, Any]) -> dict[int, str]:
    """Return the names of accounts; two alike are told apart by their numbers."""
    users = get_user_model()._default_manager.in_bulk(sorted(set(people) - {None}))
    names = {pk: admin_name(user) for pk, user in users.items()}
    alike = [name for name in set(names.values()) if list(names.values()).count(name) > 1]
    return {pk: f"{name} ({pk})" if name in alike else name for pk, name in names.items()}
