"""The surveys' part of the Celery beat schedule."""

SCHEDULE = {
    "cx-surveys-fold-responses": {
        "task": "cx_feedback.surveys.fold_responses",
        "schedule": 60.0,
    },
    "cx-surveys-sweep-partials": {
        "task": "cx_feedback.surveys.sweep_partials",
        "schedule": 3600.0,
    },
    "cx-surveys-sweep-exports": {
        "task": "cx_feedback.surveys.sweep_exports",
        "schedule": 600.0,
    },
    "cx-surveys-clear-anonymous-keys": {
        "task": "cx_feedback.surveys.clear_anonymous_keys",
        "schedule": 60.0,
    },
}
