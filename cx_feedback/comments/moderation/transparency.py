"""The yearly figures of moderation from its log (EU Digital Services Act, art. 15 and 24).

Only events that were not undone count. Reasons that are none of the site's list count together, as
"own words": they may describe a person.
"""

import datetime
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.comments import services
from cx_feedback.comments.models import (
    Flag,
    ModerationEvent,
    Objection,
    PastDecision,
    State,
)
from cx_feedback.comments.moderation.decision_buttons import DECISION_LABELS
from cx_feedback.comments.moderation.rejection_reasons import get_known_reasons
from cx_feedback.comments.permissions import Scope
from cx_feedback.core.pages import site_time

#: Actions of moderators that are counted. Those of authors have no batch.
HUMAN_ACTIONS = (*services.DECISIONS, "edit", "delete", "ban", "suspend", "shadow_ban")
#: What rules, spam scorers and numbers of reports do, by the state that they lead to.
AUTOMATIC_ACTIONS = ("admit", "prove", "flags", "flood")
_AUTOMATIC_LABELS: dict[str, Any] = {
    State.PUBLISHED: _("Published by the rule of the page"),
    State.SPAM: _("Put aside as spam"),
    State.PENDING: _("Held for a moderator"),
}
_AUTOMATIC_REASONS: dict[str, Any] = {
    "flags": _("reported by readers"),
    "flood": _("part of a flood"),
    "prove": _("address confirmed"),
}
_OBJECTION_LABELS: dict[str, Any] = {
    "object": pgettext_lazy("objections", "Received"),
    "uphold": pgettext_lazy("objections", "Accepted"),
    "dismiss": pgettext_lazy("objections", "Dismissed"),
}
OWN_WORDS, NO_REASON = _("in the moderator's own words"), _("without a reason")


@dataclass(frozen=True)
class TransparencyLine:
    """A number of decisions, reports or objections of one kind."""

    #: "decisions", "reports" or "objections".
    subject: str
    kind: Any
    reason: Any
    automatic: bool
    count: int


@dataclass(frozen=True)
class TransparencyReport:
    """The figures of a year. Medians are seconds, None without a decision."""

    year: int
    lines: list[TransparencyLine]
    median_decision: float | None
    median_objection: float | None

    def of(self, subject: str) -> list[TransparencyLine]:
        return [line for line in self.lines if line.subject == subject]

    @property
    def automatic(self) -> int:
        return sum(line.count for line in self.of("decisions") if line.automatic)

    @property
    def human(self) -> int:
        return sum(line.count for line in self.of("decisions") if not line.automatic)


def list_years(scope: Scope) -> list[int]:
    """Return the years with events, the latest first; this year in any case."""
    first = _in_scope(ModerationEvent.objects.all(), scope).aggregate(at=Min("created_at"))["at"]
    this = site_time.localdate().year
    years = [this, *([site_time.localdate(first).year] if first else [])]
    if scope.everywhere:
        years += PastDecision.objects.order_by("year").values_list("year", flat=True)[:1]
    return list(range(this, min(years) - 1, -1))


def measure_year(*, scope: Scope, year: int) -> TransparencyReport:
    """Return the figures of ``year``, in the time zone of the site, with eight queries.

    What was counted when comments were deleted belongs to no section.
    """
    begin, end = (site_time.make_aware(datetime.datetime(each, 1, 1)) for each in (year, year + 1))
    within = {"created_at__gte": begin, "created_at__lt": end}
    events = _in_scope(ModerationEvent.objects.filter(undone=False, **within), scope)
    flags = _in_scope(Flag.objects.filter(**within), scope)
    objections = _in_scope(Objection.objects.filter(**within), scope)
    past = PastDecision.objects.filter(year=year) if scope.everywhere else []
    counts = _count_all(events, flags, objections, past)
    lines = [*_list_human(counts), *_list_automatic(counts)]
    lines += [*_list_reports(counts), *_list_objections(counts, objections)]
    return TransparencyReport(year, lines, _get_median_wait(events), _get_median_answer(objections))


def _in_scope(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    return rows if scope.everywhere else rows.filter(comment__in=scope.comments())


#: Counts by subject, kind, state and reason, as ``PastDecision`` has them.
_Counts = Counter[tuple[str, str, str, str]]


def _count_all(
    events: QuerySet[Any],
    flags: QuerySet[Any],
    objections: QuerySet[Any],
    past: Iterable[PastDecision],
) -> _Counts:
    counts: _Counts = Counter()
    rows = events.exclude(action__in=("edit", "delete"), batch__isnull=True).order_by()
    values = rows.values_list("action", "to_state", "reason")
    for action, state, reason, number in values.annotate(n=Count("pk")):
        counts["event", action, state, reason] += number
    reports = flags.order_by().values_list("reason", "state").annotate(n=Count("pk"))
    for reason, state, number in reports:
        counts["report", reason, state, ""] += number
    counts["alone", "", "", ""] += objections.filter(decided_alone=True).count()
    for row in past:
        counts[row.subject, row.kind, row.state, row.reason] += row.count
    return counts


def _list_human(counts: _Counts) -> list[TransparencyLine]:
    known = get_known_reasons()
    by_reason: Counter[tuple[str, Any]] = Counter()
    for (subject, action, _state, reason), number in counts.items():
        if subject == "event" and action in HUMAN_ACTIONS:
            told = known.get(reason, OWN_WORDS) if reason else NO_REASON
            by_reason[action, told] += number
    found = [
        TransparencyLine("decisions", DECISION_LABELS[action], reason, False, number)
        for (action, reason), number in by_reason.items()
    ]
    return sorted(found, key=lambda line: (str(line.kind), -line.count, str(line.reason)))


def _list_automatic(counts: _Counts) -> list[TransparencyLine]:
    by_state: Counter[tuple[str, str]] = Counter()
    for (subject, action, state, _reason), number in counts.items():
        if subject == "event" and action in AUTOMATIC_ACTIONS and state in _AUTOMATIC_LABELS:
            by_state[state, action] += number
    return [
        TransparencyLine(
            "decisions", _AUTOMATIC_LABELS[state], _AUTOMATIC_REASONS.get(act, "–"), True, number
        )
        for (state, act), number in sorted(by_state.items())
    ]


def _list_reports(counts: _Counts) -> list[TransparencyLine]:
    reasons, states = dict(Flag.Reason.choices), dict(Flag.State.choices)
    return [
        TransparencyLine("reports", states[state], reasons[reason], False, number)
        for (subject, reason, state, _none), number in sorted(counts.items())
        if subject == "report"
    ]


def _list_objections(counts: _Counts, objections: QuerySet[Any]) -> list[TransparencyLine]:
    """Return what came and how it ended, from the log, which is kept after an erasure."""
    by_action: Counter[str] = Counter()
    for (subject, action, _state, _reason), number in counts.items():
        if subject == "event":
            by_action[action] += number
    numbers = [(label, by_action[action]) for action, label in _OBJECTION_LABELS.items()]
    waiting = objections.filter(state=Objection.State.OPEN).count()
    numbers += [
        (pgettext_lazy("objections", "Open"), waiting),
        (
            _("Decided by the same moderator, because there was no other"),
            counts["alone", "", "", ""],
        ),
    ]
    return [TransparencyLine("objections", label, "", False, n) for label, n in numbers]


def _get_median_wait(events: QuerySet[Any]) -> float | None:
    """Return the median of moderators' waits, by the middle rows alone."""
    waits = events.filter(wait_seconds__isnull=False).order_by("wait_seconds", "pk")
    number = waits.count()
    if not number:
        return None
    middle = waits.values_list("wait_seconds", flat=True)[(number - 1) // 2 : number // 2 + 1]
    return float(statistics.mean(middle))


def _get_median_answer(objections: QuerySet[Any]) -> float | None:
    rows = objections.filter(decided_at__isnull=False).values_list("created_at", "decided_at")
    waits = [(decided - created).total_seconds() for created, decided in rows.iterator()]
    return statistics.median(waits) if waits else None
