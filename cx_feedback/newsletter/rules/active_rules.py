"""The active rules that follow up activities, cached so that an answer costs no query for them."""

from dataclasses import dataclass
from typing import Any

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.newsletter.models import FollowUpRule
from cx_feedback.newsletter.rules.active_rules_cache import CACHE_KEY
from cx_feedback.newsletter.rules.trigger_activities import TRIGGER_ACTIVITIES

#: Seconds until a process with a cache of its own sees a change; a sweep finds what it missed.
CACHE_SECONDS = 60


@dataclass(frozen=True)
class ActiveRule:
    """An active rule that is triggered by activities."""

    rule_id: int
    list_id: int
    kind: str
    detail: tuple[tuple[str, str], ...]

    def is_triggered_by(self, kind: str, detail: dict[str, Any]) -> bool:
        """Return whether an activity of this kind and detail triggers the rule."""
        if kind != self.kind:
            return False
        if kind == "subscription" and detail.get("list") != self.list_id:
            return False
        return all(detail.get(name) == value for name, value in self.detail)


def get_active_rules() -> list[ActiveRule]:
    """Return the active rules that activities trigger, from the cache if they are in it."""
    found: list[ActiveRule] | None = cache.get(CACHE_KEY)
    if found is None:
        rows = FollowUpRule.objects.filter(active=True, trigger__in=TRIGGER_ACTIVITIES)
        found = []
        for pk, list_id, trigger in rows.values_list("pk", "mailing_list_id", "trigger"):
            kind, detail = TRIGGER_ACTIVITIES[trigger]
            found.append(ActiveRule(pk, list_id, kind, tuple(detail.items())))
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return found
