"""What beat runs for the readers."""

SCHEDULE = {
    "cx-readers-forget-answers": {
        "task": "cx_feedback.readers.tasks.forget_answers",
        "schedule": 3600.0,
    },
}
