"""The moderators' own work: how soon they decide, what was overturned, who was answered.

Everything is counted in the database; what comes back is a row for each week and moderator.
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
from cx_feedback.comments.models import Comment, ModerationEvent, State
from cx_feedback.comments.permissions import Scope
from cx_feedback.comments.services.undo import UNDO
from cx_feedback.core.pages import site_time
from cx_feedback.core.people.accounts import admin_name

#: Within which a moderator's own undo is a slip of the hand, not a decision that was overturned.
SLIP_PERIOD = datetime.timedelta(minutes=5)


@dataclass
class ModerationFigures:
    """Decisions of one week, of one moderator, or of all; ``median`` in seconds of waiting."""

    decisions: int = 0
    overturned: int = 0
    median: float | None = None
    answers: int = 0

    @property
    def share(self) -> float | None:
        """Return the overturned decisions in per cent."""
        return 100 * self.overturned / self.decisions if self.decisions else None


@dataclass
class PerformanceReport:
    """The work of some weeks."""

    whole: ModerationFigures = field(default_factory=ModerationFigures)
    #: By the Monday that a week begins with, every week of the span.
    weeks: dict[datetime.date, ModerationFigures] = field(default_factory=dict)
    #: By the moderators' names, the busiest first.
    people: dict[str, ModerationFigures] = field(default_factory=dict)
    #: Authors with a comment that was published, and those of them whom the staff answered.
    authors: int = 0
    answered: int = 0


def measure_performance(*, scope: Scope, weeks: int) -> PerformanceReport:
    """Return the work of the last ``weeks`` whole weeks and this one, in eight queries."""
    today = site_time.localdate()
    monday = today - datetime.timedelta(days=today.weekday())
    first = monday - datetime.timedelta(weeks=weeks)
    since = site_time.make_aware(datetime.datetime.combine(first, datetime.time.min))
    made = PerformanceReport(
        weeks={first + datetime.timedelta(weeks=n): ModerationFigures() for n in range(weeks + 1)}
    )
    comments = scope.comments()
    rows = _get_decisions(comments, scope, since)
    people = _count_decisions(made, rows)
    made.whole.median = _compute_medians(rows, None).get(None)
    for week, seconds in _compute_medians(rows, "week").items():
        made.weeks[site_time.localdate(week)].median = seconds
    for pk, seconds in _compute_medians(rows, "moderator").items():
        people[pk].median = seconds
    _count_replies(made, people, comments, since)
    made.people = _name_moderators(people)
    return made


def _get_decisions(
    comments: QuerySet[Comment], scope: Scope, since: datetime.datetime
) -> QuerySet[Any]:
    """Return the moderators' decisions; ``over`` is 1 for one that was undone or reversed.

    Reversed: a later decision, not undone itself, made visible what this one kept from readers, or
    the other way. What a moderator takes back within ``SLIP_PERIOD`` is not counted as overturned.
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
    over = Q(undone=True) | (published & Exists(gone)) | (~published & Exists(shown))
    return rows.annotate(
        week=TruncWeek("created_at", tzinfo=timezone.get_default_timezone()),
        over=Case(
            When(Q(undone=True) & Exists(slip), then=0),
            When(over, then=1),
            default=0,
            output_field=IntegerField(),
        ),
    ).order_by()


def _count_decisions(made: PerformanceReport, rows: QuerySet[Any]) -> dict[int, ModerationFigures]:
    people: dict[int, ModerationFigures] = {}
    for row in rows.values("week", "moderator").annotate(n=Count("pk"), o=Sum("over")):
        for work in (
            made.whole,
            made.weeks.setdefault(site_time.localdate(row["week"]), ModerationFigures()),
            people.setdefault(row["moderator"], ModerationFigures()),
        ):
            work.decisions += row["n"]
            work.overturned += row["o"]
    return people


def _compute_medians(rows: QuerySet[Any], by: str | None) -> dict[Any, float]:
    """Return the median wait by week or moderator: the middle of the sorted rows of each."""
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
    made: PerformanceReport,
    people: dict[int, ModerationFigures],
    comments: QuerySet[Comment],
    since: datetime.datetime,
) -> None:
    answers = comments.filter(
        by_staff=True, state=State.PUBLISHED, parent__isnull=False, created_at__gte=since
    )
    for pk, number in answers.order_by().values_list("user").annotate(n=Count("pk")):
        made.whole.answers += number
        if pk is not None:
            people.setdefault(pk, ModerationFigures()).answers += number
    theirs = comments.filter(by_staff=False, created_at__gte=since, published_at__isnull=False)
    authors = theirs.annotate(author=_build_author_key(""))
    made.authors = authors.aggregate(n=Count("author", distinct=True))["n"]
    replied = answers.filter(parent__by_staff=False).annotate(author=_build_author_key("parent__"))
    made.answered = replied.aggregate(n=Count("author", distinct=True))["n"]


def _build_author_key(prefix: str) -> Case:
    """Return who wrote a comment: the key, else the browser, else the name."""
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
