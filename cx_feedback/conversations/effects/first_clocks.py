"""The first promised answer of each reader, by which returns are counted."""

import datetime
from typing import Any

from django.db.models import Min, QuerySet

from cx_feedback.conversations.models import Conversation, PromiseClock
from cx_feedback.conversations.permissions import Scope


def find_first_clocks(
    *,
    scope: Scope,
    since: datetime.datetime,
    not_counted: tuple[Conversation.Outcome, ...],
    **conditions: Any,
) -> QuerySet[PromiseClock]:
    """Return the clock of the first conversation of each reader since a moment.

    Those count for which something was promised, which fulfil the ``conditions`` on clocks and
    whose outcome isn't one of ``not_counted``. Readers who object to being scored don't.
    """
    rows = PromiseClock.objects.filter(
        goal=PromiseClock.Goal.FIRST,
        minutes__isnull=False,
        begun_at__gte=since,
        conversation__reader__objects_to_scoring=False,
        **conditions,
    ).exclude(conversation__outcome__in=not_counted)
    if not scope.everywhere:
        rows = rows.filter(conversation__in=scope.conversations())
    first = rows.order_by().values("conversation__reader").annotate(first=Min("pk"))
    return PromiseClock.objects.filter(pk__in=first.values("first"))
