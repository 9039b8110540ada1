"""Returns and next scores of readers who were answered on time, late or never.

A reader counts once, with the first conversation of the year for which something was promised. Each
has the same time to come back in, from the end of the period in which they wrote; who was answered
by its end was answered. So the groups are of the same length, whatever was done for them.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from cx_feedback.conversations.effects.effect_figures import Group, NextScores, Returns
from cx_feedback.conversations.effects.first_clocks import find_first_clocks
from cx_feedback.conversations.models import Conversation, ReturnExpectation
from cx_feedback.conversations.permissions import Scope
from cx_feedback.core.pages import site_time
from cx_feedback.core.retention_periods import get_cutoff, is_unlimited
from cx_feedback.readers.models import Activity, VisitDay
from cx_feedback.readers.periods import PeriodOf, get_first_day, get_period, get_period_length

#: Days of conversations that are looked at.
DAYS = 364
#: Activities that may hold an NPS.
_RESPONSES = ("nps", "response")
_NOT_COUNTED = (Conversation.Outcome.SPAM, Conversation.Outcome.MERGED)


@dataclass(frozen=True)
class Span:
    """The days of conversations (inclusive) whose readers have had their ``weeks`` to come back."""

    since: datetime.date
    until: datetime.date
    weeks: int

    @property
    def periods(self) -> int:
        """Return the periods in which a return counts."""
        return self.weeks * 7 // get_period_length()


@dataclass(frozen=True)
class AnswerEffects:
    """The figures of the three groups; ``span`` is None where no expectation is known yet."""

    span: Span | None
    returns: dict[Group, Returns]
    scores: dict[Group, NextScores]

    @property
    def is_empty(self) -> bool:
        """Return whether nobody is in any group."""
        return not any(one.n for one in self.returns.values()) and not any(
            one.n for one in self.scores.values()
        )


def measure_effects(*, scope: Scope, now: datetime.datetime) -> AnswerEffects:
    """Return what readers did afterwards by how they were answered, with three statements."""
    weeks = _get_weeks(scope)
    if weeks is None:
        return AnswerEffects(None, {}, {})
    span = _get_span(site_time.localdate(now), weeks)
    clocks = _find_clocks(scope, span)
    return AnswerEffects(span, _count_returns(clocks, span), _count_scores(clocks, now))


def _get_weeks(scope: Scope) -> int | None:
    """Return the weeks of the newest expectation; those of others can't be put together with it."""
    rows = ReturnExpectation.objects.filter(probability__isnull=False)
    if not scope.everywhere:
        rows = rows.filter(conversation__in=scope.conversations())
    return rows.order_by("-pk").values_list("weeks", flat=True).first()


def _get_span(today: datetime.date, weeks: int) -> Span:
    """Return the days before the last period whose ``weeks`` are over before ``today``."""
    until = get_first_day(get_period(today - datetime.timedelta(weeks=weeks)))
    since = until - datetime.timedelta(days=DAYS)
    if not is_unlimited("visit_days"):
        since = max(since, site_time.localdate(get_cutoff("visit_days")))
    return Span(since, until - datetime.timedelta(days=1), weeks)


def _find_clocks(scope: Scope, span: Span) -> QuerySet[Any]:
    """Return the clock of the first conversation of each reader, with its ``answered`` group."""
    start, end = (
        site_time.make_aware(datetime.datetime.combine(day, datetime.time()))
        for day in (span.since, span.until + datetime.timedelta(days=1))
    )
    firsts = find_first_clocks(scope=scope, since=start, not_counted=_NOT_COUNTED, begun_at__lt=end)
    last = F("period") + span.periods
    in_time = Q(done_period__lte=last)
    return (
        annotate_period(firsts)
        .annotate(done_period=_period_of("done_at"), due_period=_period_of("due_at"))
        .annotate(
            answered=Case(
                When(in_time & Q(on_time=True), then=Value(Group.ON_TIME.value)),
                When(in_time & Q(on_time=False), then=Value(Group.LATE.value)),
                # Answered later than that, or waiting still though the time is over.
                When(Q(done_period__gt=last, on_time=False), then=Value(Group.NEVER.value)),
                When(Q(done_at=None, due_period__lte=last), then=Value(Group.NEVER.value)),
                output_field=CharField(),
            )
        )
        .filter(answered__isnull=False)
    )


def annotate_period(clocks: QuerySet[Any]) -> QuerySet[Any]:
    """Return clocks with the ``period`` in which they began."""
    return clocks.annotate(period=_period_of("begun_at"))


def find_visits_after(span: Span) -> QuerySet[Any]:
    """Return the visits in the weeks after the ``period`` of a clock of the outer query."""
    visits = VisitDay.objects.filter(reader=OuterRef("conversation__reader"))
    return visits.annotate(at=PeriodOf("day")).filter(
        at__gt=OuterRef("period"), at__lte=OuterRef("period") + span.periods
    )


def _period_of(name: str) -> PeriodOf:
    return PeriodOf(TruncDate(name, tzinfo=timezone.get_default_timezone()))


def _count_returns(clocks: QuerySet[Any], span: Span) -> dict[Group, Returns]:
    """Count those of whom something was expected and whose visits are counted still."""
    visits = find_visits_after(span)
    chance = F("conversation__expectation__probability")
    rows = (
        clocks.filter(
            conversation__expectation__weeks=span.weeks,
            conversation__reader__counts_visits=True,
        )
        .annotate(returned=ExpressionWrapper(Exists(visits), output_field=BooleanField()))
        .order_by()
        .values("answered")
        .annotate(
            n=Count("pk"),
            came=Count("pk", filter=Q(returned=True)),
            expected=Sum(chance),
        )
    )
    found = {Group(row["answered"]): row for row in rows}
    return {
        group: Returns(found[group]["came"], found[group]["n"], found[group]["expected"])
        if group in found
        else Returns()
        for group in Group
    }


def _count_scores(clocks: QuerySet[Any], now: datetime.datetime) -> dict[Group, NextScores]:
    """Count the classes of the first NPS that readers gave after the answer.

    Of those who were not answered it is the first after the promised time.
    """
    told = Coalesce("done_at", "due_at")
    answers = Activity.objects.filter(
        reader=OuterRef("conversation__reader"),
        kind__in=_RESPONSES,
        at__gt=OuterRef("told"),
        at__lte=now,
        detail__has_key="class",
    )
    next_class = answers.order_by("at", "pk").annotate(nps=KT("detail__class")).values("nps")[:1]
    rows = (
        clocks.annotate(told=told)
        .annotate(next_class=Subquery(next_class, output_field=CharField()))
        .filter(next_class__isnull=False)
        .order_by()
        .values("answered", "next_class")
        .annotate(n=Count("pk"))
    )
    found = {group: NextScores() for group in Group}
    for row in rows:
        found[Group(row["answered"])].add(row["next_class"], row["n"])
    return found
