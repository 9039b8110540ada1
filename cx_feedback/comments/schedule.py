"""The conversation's part of the Celery beat schedule."""

SCHEDULE = {
    "cx-comments-tell-followers": {
        "task": "cx_feedback.comments.tasks.tell_followers",
        "schedule": 300.0,
    },
}
