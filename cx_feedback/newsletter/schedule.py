"""The newsletter's part of the Celery beat schedule."""

SCHEDULE = {
    "cx-newsletter-dispatch-follow-ups": {
        "task": "cx_feedback.newsletter.dispatch_follow_ups",
        "schedule": 60.0,
    },
    "cx-newsletter-post-issues": {
        "task": "cx_feedback.newsletter.post_issues",
        "schedule": 60.0,
    },
    "cx-newsletter-sweep-imports": {
        "task": "cx_feedback.newsletter.sweep_imports",
        "schedule": 300.0,
    },
    "cx-newsletter-find-missed-activities": {
        "task": "cx_feedback.newsletter.find_missed_activities",
        "schedule": 600.0,
    },
}
