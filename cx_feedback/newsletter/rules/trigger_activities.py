"""The activities that trigger follow-up rules."""

from cx_feedback.newsletter.models import FollowUpRule

Trigger = FollowUpRule.Trigger

#: For each trigger the kind of the activity and the details that it must have.
TRIGGER_ACTIVITIES: dict[str, tuple[str, dict[str, str]]] = {
    Trigger.ANSWERED: ("response", {}),
    Trigger.PROMOTER: ("nps", {"class": "promoter"}),
    Trigger.PASSIVE: ("nps", {"class": "passive"}),
    Trigger.DETRACTOR: ("nps", {"class": "detractor"}),
    Trigger.COMMENT_APPROVED: ("comment_approved", {}),
    Trigger.COMMENT_ANSWERED: ("comment_answered", {}),
    Trigger.SUBSCRIBED: ("subscription", {}),
}
#: The kinds of activities that can trigger rules.
TRIGGER_KINDS = frozenset(kind for kind, _detail in TRIGGER_ACTIVITIES.values())
