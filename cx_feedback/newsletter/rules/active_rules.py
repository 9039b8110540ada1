"""The active rules, known without a query on the way of every answer."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.newsletter.models import FollowUpRule

When = FollowUpRule.When
_KEY = "cx:newsletter:active-rules"
#: Seconds until a process with a cache of its own sees a change; the sweep finds what it missed.
CACHE_SECONDS = 60

#: What an act must be for a rule: its kind, and what its detail must say.
TRIGGER_ACTIVITIES: dict[str, tuple[str, dict[str, str]]] = {
    When.ANSWERED: ("response", {}),
    When.PROMOTER: ("nps", {"class": "promoter"}),
    When.PASSIVE: ("nps", {"class": "passive"}),
    When.DETRACTOR: ("nps", {"class": "detractor"}),
    When.COMMENT_APPROVED: ("comment_approved", {}),
    When.COMMENT_ANSWERED: ("comment_answered", {}),
    When.SUBSCRIBED: ("subscription", {}),
}


@dataclass(frozen=True)
class ActiveRule:
    """An active rule that follows up an act."""

    rule_id: int
    list_id: int
    kind: str
    detail: tuple[tuple[str, str], ...]

    def wants(self, kind: str, detail: dict[str, Any]) -> bool:
        if kind != self.kind:
            return False
        if kind == "subscription" and detail.get("list") != self.list_id:
            return False
        return all(detail.get(name) == value for name, value in self.detail)


def get_active_rules() -> list[ActiveRule]:
    """Return the active rules that follow up acts, from the cache when it knows."""
    found: list[ActiveRule] | None = cache.get(_KEY)
    if found is None:
        rows = FollowUpRule.objects.filter(active=True, when__in=TRIGGER_ACTIVITIES)
        found = [
            ActiveRule(
                pk, list_id, TRIGGER_ACTIVITIES[when][0], tuple(TRIGGER_ACTIVITIES[when][1].items())
            )
            for pk, list_id, when in rows.values_list("pk", "mailing_list_id", "when")
        ]
        cache.set(_KEY, found, CACHE_SECONDS)
    return found


def clear_active_rules() -> None:
    """Let the next act look at the rules again."""
    transaction.on_commit(lambda: cache.delete(_KEY))
    cache.delete(_KEY)
