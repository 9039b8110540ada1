"""The beat schedule of the readers room."""

from celery.schedules import crontab

SCHEDULE = {
    "cx-readers-write-erasures": {
        "task": "cx_feedback.readers.write_erasures",
        "schedule": 300.0,
    },
    "cx-readers-delete-expired": {
        "task": "cx_feedback.readers.delete_expired",
        "schedule": crontab(hour=1, minute=40),
    },
}
