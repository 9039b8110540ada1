"""The Celery beat schedule of the conversations room."""

SCHEDULE = {
    "cx-conversations-find-missed-responses": {
        "task": "cx_feedback.conversations.find_missed_responses",
        "schedule": 300.0,
    },
    "cx-conversations-recalculate-due-times": {
        "task": "cx_feedback.conversations.recalculate_due_times",
        "schedule": 300.0,
    },
    "cx-conversations-send-promise-notices": {
        "task": "cx_feedback.conversations.send_promise_notices",
        "schedule": 60.0,
    },
    "cx-conversations-store-expectations": {
        "task": "cx_feedback.conversations.store_expectations",
        "schedule": 300.0,
    },
    "cx-conversations-wake": {
        "task": "cx_feedback.conversations.wake_conversations",
        "schedule": 60.0,
    },
}
