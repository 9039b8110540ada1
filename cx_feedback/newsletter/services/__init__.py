"""Public write API of the newsletter: subscriptions, issues and follow-ups."""

from cx_feedback.newsletter.services.digests import fill_digests
from cx_feedback.newsletter.services.follow_up_creation import (
    cancel_absence_follow_ups,
    cancel_scored_follow_ups,
    create_follow_ups,
    create_follow_ups_for_activity,
    find_missed_activities,
    is_activity_wanted,
    trigger_follow_ups,
)
from cx_feedback.newsletter.services.follow_up_dispatch import dispatch_follow_ups
from cx_feedback.newsletter.services.issues import (
    find_problems,
    get_recipients,
    post_scheduled_issues,
    schedule_issue,
    send_test_issue,
    unschedule_issue,
)
from cx_feedback.newsletter.services.opt_in import (
    build_ended_error,
    confirm_subscription,
    confirm_subscriptions,
)
from cx_feedback.newsletter.services.preferences import (
    Preferences,
    save_preferences,
    send_preferences_link_to_address,
    send_preferences_link_to_subscriber,
    unsubscribe_all,
    unsubscribe_if_active,
)
from cx_feedback.newsletter.services.subject_tests import (
    finish_due_subject_tests,
    finish_subject_test,
    get_difference_probability,
    get_subject_results,
    get_test_postponements,
)
from cx_feedback.newsletter.services.subscriptions import subscribe, unsubscribe
from cx_feedback.newsletter.services.unconfirmed_cleanup import delete_unconfirmed

__all__ = [
    "Preferences",
    "build_ended_error",
    "cancel_absence_follow_ups",
    "cancel_scored_follow_ups",
    "confirm_subscription",
    "confirm_subscriptions",
    "create_follow_ups",
    "create_follow_ups_for_activity",
    "delete_unconfirmed",
    "dispatch_follow_ups",
    "fill_digests",
    "find_missed_activities",
    "find_problems",
    "finish_due_subject_tests",
    "finish_subject_test",
    "get_difference_probability",
    "get_recipients",
    "get_subject_results",
    "get_test_postponements",
    "is_activity_wanted",
    "post_scheduled_issues",
    "save_preferences",
    "schedule_issue",
    "send_preferences_link_to_address",
    "send_preferences_link_to_subscriber",
    "send_test_issue",
    "subscribe",
    "trigger_follow_ups",
    "unschedule_issue",
    "unsubscribe",
    "unsubscribe_all",
    "unsubscribe_if_active",
]
