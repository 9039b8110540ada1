"""The figures of a reader as expressions, from the visit days and the counts of deleted ones."""

from typing import Any

from django.db.models import Aggregate, Count, F, Max, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce

from cx_feedback.readers.models import PastVisits, VisitDay
from cx_feedback.readers.periods import PeriodOf, get_past_column


def build_figures() -> dict[str, Any]:
    """Return an expression for each figure of ``Reader``, None or 0 without any visit.

    Deleted days lie before all others, and no period is in both.
    """
    days = VisitDay.objects.filter(reader=OuterRef("pk")).order_by().values("reader")
    past = PastVisits.objects.filter(reader=OuterRef("pk"))

    def of_days(aggregate: Aggregate) -> Subquery:
        return Subquery(days.annotate(figure=aggregate).values("figure"))

    def of_past(expression: Any) -> Subquery:
        return Subquery(past.annotate(figure=expression).values("figure"))

    return {
        "first_period": Coalesce(of_past(PeriodOf("first_day")), of_days(Min(PeriodOf("day")))),
        "last_period": Coalesce(of_days(Max(PeriodOf("day"))), of_past(PeriodOf("last_day"))),
        "active_periods": Coalesce(of_days(Count(PeriodOf("day"), distinct=True)), 0)
        + Coalesce(of_past(F(get_past_column())), 0),
        "last_day": Coalesce(of_days(Max("day")), of_past(F("last_day"))),
    }
