"""The Celery beat schedule of the webhooks room."""

SCHEDULE = {
    "cx-webhooks-send-due-events": {
        "task": "cx_feedback.webhooks.send_due_events",
        "schedule": 15.0,
    },
}
