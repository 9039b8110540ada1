"""Performance of moderation: waiting times, overturned decisions, replies to authors.

Everything is counted by the database, which returns a row for each week and moderator.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Concat, RowNumber, TruncWeek
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import REFUSE_EDIT, Comment, ModerationEvent, State
from cx_feedback.comments.permissions import Scope
from cx_feedback.comments.services.objections import UPHOLD
from cx_feedback.comments.services.undo import UNDO
from cx_feedback.core.pages import site_time
from cx_feedback.core.people.account_names import admin_name

#: Period in which a moderator's own undo corrects a slip and doesn't count as overturned.
SLIP_PERIOD = datetime.timedelta(minutes=5)


@dataclass
class ModerationFigures:
    """The figures of a week, of a moderator or of all, with the median wait in seconds."""

    decisions: int = 0
    overturned: int = 0
    median: float | None = None
    answers: int = 0

    @property
    def share(self) -> float | None:
        """The overturned decisions in per cent."""
        return 100 * self.overturned / self.decisions if self.decisions else None


@dataclass
class PerformanceReport:
    """The figures of some weeks."""

    total: ModerationFigures = field(default_factory=ModerationFigures)
    #: Figures of each week, by its Monday.
    weeks: dict[datetime.date, ModerationFigures] = field(default_factory=dict)
    #: Figures by name of moderator, the busiest first.
    people: dict[str, ModerationFigures] = field(default_factory=dict)
    #: The numbers of authors with a published comment, and of those who got a reply.
    authors: int = 0
    answered: int = 0


def measure_performance(*, scope: Scope, weeks: int) -> PerformanceReport:
    """Return the figures of the last ``weeks`` whole weeks and this one, with eight queries."""
    today = site_time.localdate()
    monday = today - datetime.timedelta(days=today.weekday())
    first = monday - datetime.timedelta(weeks=weeks)
    since = site_time.make_aware(datetime.datetime.combine(first, datetime.time.min))
    report = PerformanceReport(
        weeks={first + datetime.timedelta(weeks=n): ModerationFigures() for n in range(weeks + 1)}
    )
    comments = scope.comments()
    rows = _get_decisions(comments, scope, since)
    people = _count_decisions(report, rows)
    report.total.median = _compute_medians(rows, None).get(None)
    for week, seconds in _compute_medians(rows, "week").items():
        report.weeks[site_time.localdate(week)].median = seconds
    for pk, seconds in _compute_medians(rows, "moderator").items():
        people[pk].median = seconds
    _count_replies(report, people, comments, since)
    report.people = _name_moderators(people)
    return report


def _get_decisions(
    comments: QuerySet[Comment], scope: Scope, since: datetime.datetime
) -> QuerySet[Any]:
    """Return the decisions, with ``over`` set to 1 for those that were undone or reversed.

    A decision is reversed by a later one that published what it had kept from readers, or the other
    way round, and that wasn't undone; a refused edit by an objection that was accepted. Undoing
    one's own decision within ``SLIP_PERIOD`` doesn't count.
    """
    rows = ModerationEvent.objects.filter(
        created_at__gte=since, moderator__isnull=False, action__in=services.DECISIONS
    )
    if not scope.everywhere:
        rows = rows.filter(comment__in=comments)
    later = ModerationEvent.objects.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
    slip = later.filter(
        action=UNDO,
        moderator=OuterRef("moderator"),
        created_at__lte=OuterRef("created_at") + SLIP_PERIOD,
        from_state=OuterRef("to_state"),
        to_state=OuterRef("from_state"),
    )
    decided = later.filter(undone=False).exclude(action=UNDO)
    shown = decided.filter(to_state=State.PUBLISHED)
    gone = decided.filter(to_state__in=(State.REJECTED, State.SPAM, State.HIDDEN))
    published = Q(to_state=State.PUBLISHED)
    of_comment = (published & Exists(gone)) | (~published & Exists(shown))
    upheld = decided.filter(action=UPHOLD, revision=OuterRef("revision"))
    of_edit = Q(action=REFUSE_EDIT)
    over = Q(undone=True) | (of_edit & Exists(upheld)) | (~of_edit & of_comment)
    return rows.annotate(
        week=TruncWeek("created_at", tzinfo=timezone.get_default_timezone()),
        over=Case(
            When(Q(undone=True) & Exists(slip), then=0),
            When(over, then=1),
            default=0,
            output_field=IntegerField(),
        ),
    ).order_by()


def _count_decisions(
    report: PerformanceReport, rows: QuerySet[Any]
) -> dict[int, ModerationFigures]:
    people: dict[int, ModerationFigures] = {}
    for row in rows.values("week", "moderator").annotate(n=Count("pk"), o=Sum("over")):
        for work in (
            report.total,
            report.weeks.setdefault(site_time.localdate(row["week"]), ModerationFigures()),
            people.setdefault(row["moderator"], ModerationFigures()),
        ):
            work.decisions += row["n"]
            work.overturned += row["o"]
    return people


def _compute_medians(rows: QuerySet[Any], by: str | None) -> dict[Any, float]:
    """Return the median wait by week or moderator, from the middle rows of each."""
    parts = [F(by)] if by else []
    waits = rows.filter(wait_seconds__isnull=False).annotate(
        place=Window(RowNumber(), partition_by=parts, order_by=["wait_seconds", "pk"]),
        number=Window(Count("pk"), partition_by=parts),
    )
    middle = waits.filter(place__gte=(F("number") + 1) / 2, place__lte=(F("number") + 2) / 2)
    found: dict[Any, list[int]] = {}
    for row in middle.values(*([by] if by else []), "wait_seconds"):
        found.setdefault(row[by] if by else None, []).append(row["wait_seconds"])
    return {part: sum(values) / len(values) for part, values in found.items()}


def _count_replies(
    report: PerformanceReport,
    people: dict[int, ModerationFigures],
    comments: QuerySet[Comment],
    since: datetime.datetime,
) -> None:
    answers = comments.filter(
        by_staff=True, state=State.PUBLISHED, parent__isnull=False, created_at__gte=since
    )
    for pk, number in answers.order_by().values_list("user").annotate(n=Count("pk")):
        report.total.answers += number
        if pk is not None:
            people.setdefault(pk, ModerationFigures()).answers += number
    theirs = comments.filter(by_staff=False, created_at__gte=since, published_at__isnull=False)
    authors = theirs.annotate(author=_build_author_key(""))
    report.authors = authors.aggregate(n=Count("author", distinct=True))["n"]
    replied = answers.filter(parent__by_staff=False).annotate(author=_build_author_key("parent__"))
    report.answered = replied.aggregate(n=Count("author", distinct=True))["n"]


def _build_author_key(prefix: str) -> Case:
    """Return the expression that identifies an author: by key, else by reader, else by name."""
    return Case(
        When(~Q(**{f"{prefix}author_key": ""}), then=F(f"{prefix}author_key")),
        When(
            **{f"{prefix}reader__isnull": False},
            then=Concat(Value("r:"), Cast(f"{prefix}reader_id", CharField())),
        ),
        default=Concat(Value("n:"), F(f"{prefix}author_name")),
        output_field=CharField(),
    )


def _name_moderators(people: dict[int, ModerationFigures]) -> dict[str, ModerationFigures]:
    users = get_user_model()._default_manager.in_bulk(list(people))
    busiest = sorted(people.items(), key=lambda item: -item[1].decisions - item[1].answers)
    found: dict[str, ModerationFigures] = {}
    for pk, work in busiest:
        user = users.get(pk)
        name = admin_name(user) if user else "–"
        found[name if name not in found else f"{name} ({pk})"] = work
    return found
