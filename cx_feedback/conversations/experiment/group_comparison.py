"""The two halves of the experiment compared: who came back, who was answered on time."""

import datetime
from dataclasses import dataclass, field

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, Q, QuerySet

from cx_feedback.conversations.effects.answer_effects import (
    Span,
    annotate_period,
    find_visits_after,
)
from cx_feedback.conversations.effects.first_clocks import find_first_clocks
from cx_feedback.conversations.experiment.order_draw import get_last_since
from cx_feedback.conversations.models import Conversation, PromiseClock
from cx_feedback.conversations.permissions import Scope
from cx_feedback.conversations.promise.kept_share import build_kept
from cx_feedback.core.experiment_statistics import (
    MIN_READERS,
    Difference,
    get_always_valid_difference,
)
from cx_feedback.core.pages import site_time
from cx_feedback.core.retention_periods import get_cutoff, is_unlimited

#: What is deleted after some days without which an experiment can't be counted.
_COUNTED = ("visit_days", "closed_conversations")


@dataclass(frozen=True)
class DrawnHalf:
    """The readers of one half, each with the first conversation of the experiment.

    Of the ``n`` whose weeks are over ``came`` came back; ``running`` still have time. Of the
    ``decided`` first answers of all of them ``kept`` were on time.
    """

    n: int = 0
    came: int = 0
    running: int = 0
    decided: int = 0
    kept: int = 0


@dataclass(frozen=True)
class OrderExperiment:
    """The result so far. It is ``forgotten`` once data of its first days may be deleted."""

    since: datetime.datetime
    weeks: int
    forgotten: bool = False
    first: DrawnHalf = field(default_factory=DrawnHalf)
    later: DrawnHalf = field(default_factory=DrawnHalf)

    @property
    def difference(self) -> Difference | None:
        """Return how many more of the first half came back, None for too few readers.

        Its interval may be looked at every night.
        """
        first, later = self.first, self.later
        if min(first.n, later.n) < MIN_READERS:
            return None
        return get_always_valid_difference(first.came, first.n, later.came, later.n)


def compare_halves(*, scope: Scope, span: Span, now: datetime.datetime) -> OrderExperiment | None:
    """Return the result of the running or last experiment with one statement, None without one.

    All readers since its beginning count, whatever was done for them: an interval that may be
    looked at every night must not forget, and leaving readers out by how they were answered would
    undo the lot.
    """
    since = get_last_since()
    if since is None:
        return None
    if any(not is_unlimited(name) and get_cutoff(name) > since for name in _COUNTED):
        return OrderExperiment(since, span.weeks, forgotten=True)
    end = site_time.make_aware(
        datetime.datetime.combine(span.until + datetime.timedelta(days=1), datetime.time())
    )
    is_over = Q(begun_at__lt=end)
    visits = find_visits_after(span)
    rows = (
        annotate_period(_find_clocks(scope, since))
        .annotate(
            returned=ExpressionWrapper(Exists(visits), output_field=BooleanField()),
            kept=build_kept(now),
        )
        .order_by()
        .values(later=F("conversation__comes_later"))
        .annotate(
            n=Count("pk", filter=is_over),
            came=Count("pk", filter=is_over & Q(returned=True)),
            running=Count("pk", filter=~is_over),
            decided=Count("pk", filter=Q(kept__isnull=False)),
            kept_number=Count("pk", filter=Q(kept=True)),
        )
    )
    halves = {
        row["later"]: DrawnHalf(
            row["n"], row["came"], row["running"], row["decided"], row["kept_number"]
        )
        for row in rows
    }
    return OrderExperiment(
        since,
        span.weeks,
        first=halves.get(False, DrawnHalf()),
        later=halves.get(True, DrawnHalf()),
    )


def _find_clocks(scope: Scope, since: datetime.datetime) -> QuerySet[PromiseClock]:
    """Return the clock of the first conversation of each reader that counts."""
    return find_first_clocks(
        scope=scope,
        since=since,
        # Whether it is merged depends on what was done for the reader.
        not_counted=(Conversation.Outcome.SPAM,),
        conversation__comes_later__isnull=False,
        conversation__reader__counts_visits=True,
    )
