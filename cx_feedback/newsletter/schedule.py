"""The newsletter's part of the Celery beat schedule."""

SCHEDULE = {
    "cx-newsletter-post-due": {
        "task": "cx_feedback.newsletter.tasks.dispatch_follow_ups",
        "schedule": 60.0,
    },
    "cx-newsletter-post-issues": {
        "task": "cx_feedback.newsletter.tasks.post_issues",
        "schedule": 60.0,
    },
    "cx-newsletter-sweep-imports": {
        "task": "cx_feedback.newsletter.tasks.sweep_imports",
        "schedule": 300.0,
    },
    "cx-newsletter-forget-unconfirmed": {
        "task": "cx_feedback.newsletter.tasks.delete_unconfirmed",
        "schedule": 86400.0,
    },
    "cx-newsletter-find-missed": {
        "task": "cx_feedback.newsletter.tasks.find_missed_activities",
        "schedule": 600.0,
    },
}
