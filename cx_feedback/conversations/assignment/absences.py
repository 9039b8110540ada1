"""The accounts that are away."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Max, QuerySet

from cx_feedback.conversations.models import Absence
from cx_feedback.core.pages import site_time


def find_absences(*, day: datetime.date | None = None) -> QuerySet[Absence]:
    """Return the absences of a day, by default today."""
    day = day or site_time.localdate()
    return Absence.objects.filter(first_day__lte=day, last_day__gte=day)


def get_last_days(
    user_ids: Iterable[Any], *, day: datetime.date | None = None
) -> dict[Any, datetime.date]:
    """Return a map of those who are away on a day, by default today, to their last day away."""
    rows = find_absences(day=day).filter(account__in=list(user_ids)).order_by()
    return dict(rows.values_list("account").annotate(last=Max("last_day")))
