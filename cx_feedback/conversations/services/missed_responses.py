"""The sweep for responses that a rule names and that no receiver has checked.

That happens while the rules in a process's cache are of before a change, and where a response was
stored without its receivers. Rows are the truth: each response is checked once
(``CheckedResponse``), whoever comes to it first.
"""

import datetime
import logging
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cx_feedback.conversations.models import CheckedResponse, ConversationRule
from cx_feedback.conversations.rules.active_rules import build_condition
from cx_feedback.conversations.services.rule_conversations import (
    GivenResponse,
    begin_conversation_by_rule,
)
from cx_feedback.readers.models import Activity

#: How far back the sweep looks, and how much longer it is stored what was checked.
LOOK_BACK, MARGIN = datetime.timedelta(days=3), datetime.timedelta(days=1)
#: Responses of one query, and of one run at most; the next run goes on.
CHUNK_SIZE, MOST_RESPONSES = 200, 5_000
logger = logging.getLogger(__name__)


def begin_missed_conversations(*, now: datetime.datetime | None = None) -> int:
    """Check the responses that were missed and return how many began or joined a conversation.

    Safe to run twice or concurrently.
    """
    now = now or timezone.now()
    CheckedResponse.objects.filter(checked_at__lt=now - LOOK_BACK - MARGIN).delete()
    condition = _build_condition()
    if condition is None:
        return 0
    missed = _find_missed(condition, now)
    begun, after, seen = 0, 0, 0
    while seen < MOST_RESPONSES and (chunk := list(missed.filter(pk__gt=after)[:CHUNK_SIZE])):
        begun += sum(_check_response(activity) for activity in chunk)
        after, seen = chunk[-1].pk, seen + len(chunk)
    return begun


def _build_condition() -> Q | None:
    """Return the condition on activities of all active rules, None without rules."""
    conditions = [build_condition(rule) for rule in ConversationRule.objects.filter(active=True)]
    if not conditions:
        return None
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


def _find_missed(condition: Q, now: datetime.datetime) -> QuerySet[Activity]:
    checked = CheckedResponse.objects.filter(activity_id=OuterRef("pk"))
    recent = Activity.objects.filter(at__gte=now - LOOK_BACK, at__lte=now, object_id__isnull=False)
    return recent.filter(condition).filter(~Exists(checked)).order_by("pk")


def _check_response(activity: Any) -> bool:
    """Check one response; one that fails is logged and doesn't keep the others waiting."""
    response = GivenResponse(
        activity.pk,
        activity.reader_id,
        activity.kind,
        activity.page_id,
        activity.object_id,
        activity.detail,
    )
    try:
        return begin_conversation_by_rule(response) is not None
    except Exception:
        logger.exception("The response of activity %d could not be checked", activity.pk)
        return False
