"""The order of the inbox while the order is an experiment."""

import datetime
from typing import Any

from django.db.models import Case, F, Q, Value, When

_URGENT, _USUAL, _LATER = 0, 1, 2


def get_drawn_ordering(now: datetime.datetime, *, is_somebody_late: bool) -> tuple[Any, ...]:
    """Return the ordering: who has to be answered soon, then the others by lot, oldest first.

    Those with less than half of the promised time left are in the order in which they are due.
    Without a promise nobody comes later. While somebody is late, the lot doesn't count: what is
    promised comes first.
    """
    is_urgent = Q(urgent_at__lte=now)
    is_later = Q(comes_later=True, urgent_at__isnull=False)
    whens = [When(is_urgent, then=Value(_URGENT))]
    if not is_somebody_late:
        whens.append(When(is_later, then=Value(_LATER)))
    rank = Case(*whens, default=Value(_USUAL))
    due = Case(When(is_urgent, then=F("due_at")))
    return (rank, due, "last_message_at", "pk")
