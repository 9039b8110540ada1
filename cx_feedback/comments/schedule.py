"""The conversation's part of the Celery beat schedule."""

SCHEDULE = {
    "cx-comments-tell-followers": {
        "task": "cx_feedback.comments.tasks.tell_followers",
        "schedule": 300.0,
    },
    "cx-comments-check-spam": {
        "task": "cx_feedback.comments.tasks.check_spam",
        "schedule": 60.0,
    },
    "cx-comments-report-spam": {
        "task": "cx_feedback.comments.tasks.report_spam",
        "schedule": 300.0,
    },
    "cx-comments-purge": {
        "task": "cx_feedback.comments.tasks.purge",
        "schedule": 60.0,
    },
    "cx-comments-expire-proofs": {
        "task": "cx_feedback.comments.tasks.expire_proofs",
        "schedule": 3600.0,
    },
    "cx-comments-forget-origins": {
        "task": "cx_feedback.comments.tasks.forget_origins",
        "schedule": 86400.0,
    },
    "cx-comments-forget-unconfirmed": {
        "task": "cx_feedback.comments.tasks.forget_unconfirmed",
        "schedule": 86400.0,
    },
    "cx-comments-learn-spam": {
        "task": "cx_feedback.comments.tasks.learn_spam",
        "schedule": 86400.0,
    },
}
