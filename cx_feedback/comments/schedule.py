"""The comments' part of the Celery beat schedule."""

SCHEDULE = {
    "cx-comments-notify-followers": {
        "task": "cx_feedback.comments.notify_followers",
        "schedule": 300.0,
    },
    "cx-comments-alert-moderators": {
        "task": "cx_feedback.comments.alert_moderators",
        "schedule": 600.0,
    },
    "cx-comments-run-spam-checks": {
        "task": "cx_feedback.comments.run_spam_checks",
        "schedule": 60.0,
    },
    "cx-comments-send-spam-reports": {
        "task": "cx_feedback.comments.send_spam_reports",
        "schedule": 300.0,
    },
    "cx-comments-purge-frontend-cache": {
        "task": "cx_feedback.comments.purge_frontend_cache",
        "schedule": 60.0,
    },
    "cx-comments-count-freed-votes": {
        "task": "cx_feedback.comments.count_freed_votes",
        "schedule": 600.0,
    },
    "cx-comments-delete-unverified-comments": {
        "task": "cx_feedback.comments.delete_unverified_comments",
        "schedule": 3600.0,
    },
    "cx-comments-draw-spam-sample": {
        "task": "cx_feedback.comments.draw_spam_sample",
        "schedule": 86400.0,
    },
    "cx-comments-train-spam-model": {
        "task": "cx_feedback.comments.train_spam_model",
        "schedule": 86400.0,
    },
    "cx-comments-fill-search-texts": {
        "task": "cx_feedback.comments.fill_search_texts",
        "schedule": 3600.0,
    },
}
