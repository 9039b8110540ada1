"""The beat schedule of the readers room."""

SCHEDULE = {
    "cx-readers-delete-old-answers": {
        "task": "cx_feedback.readers.delete_old_answers",
        "schedule": 3600.0,
    },
    "cx-readers-fold-old-visits": {
        "task": "cx_feedback.readers.fold_old_visits",
        "schedule": 6 * 3600.0,
    },
}
