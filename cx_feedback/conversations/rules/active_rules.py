"""The active rules, cached so that a reader's act costs no query for them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from cx_feedback.conversations.models import ConversationRule
from cx_feedback.conversations.rules.active_rules_cache import CACHE_KEY
from cx_feedback.core.caching.shared_cache import cache

#: Seconds until a process with a cache of its own sees a change.
CACHE_SECONDS = 60
#: Kinds of activities that are responses.
RESPONSES = ("response", "nps")
_Trigger = ConversationRule.Trigger
#: What the ledger calls the score of a trigger.
_SCORES = {_Trigger.NPS: "score", _Trigger.CSAT: "csat", _Trigger.CES: "ces"}


@dataclass(frozen=True)
class ActiveRule:
    """The part of an active rule that the activity ledger can answer."""

    rule_id: int
    trigger: str
    limit: int | None

    def may_be_triggered_by(self, kind: str, detail: dict[str, Any]) -> bool:
        """Return whether an activity of this kind and detail may trigger the rule.

        The ledger doesn't say which answers were given, so that each response may be one of them.
        """
        if kind not in RESPONSES:
            return False
        if self.trigger == _Trigger.DETRACTOR:
            return detail.get("class") == "detractor"
        if self.trigger == _Trigger.ANSWER:
            return True
        score = detail.get(_SCORES[_Trigger(self.trigger)])
        return isinstance(score, int) and self.limit is not None and score <= self.limit


def build_condition(rule: ConversationRule) -> Q:
    """Return the condition on activities that may trigger a rule.

    It holds for at least those of ``may_be_triggered_by``.
    """
    condition = Q(kind__in=RESPONSES, at__gte=rule.active_since)
    if rule.trigger == _Trigger.DETRACTOR:
        return condition & Q(detail__class="detractor")
    if rule.trigger == _Trigger.ANSWER:
        return condition
    return condition & Q(**{f"detail__{_SCORES[_Trigger(rule.trigger)]}__lte": rule.limit})


def get_active_rules() -> list[ActiveRule]:
    """Return the active rules, from the cache if they are in it."""
    found: list[ActiveRule] | None = cache.get(CACHE_KEY)
    if found is None:
        rows = ConversationRule.objects.filter(active=True).order_by("pk")
        found = [ActiveRule(*row) for row in rows.values_list("pk", "trigger", "limit")]
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return found


def find_rules(kind: str, detail: dict[str, Any]) -> list[int]:
    """Return the ids of the active rules that an activity may trigger.

    Only for responses the cache is asked.
    """
    if kind not in RESPONSES:
        return []
    return [one.rule_id for one in get_active_rules() if one.may_be_triggered_by(kind, detail)]
