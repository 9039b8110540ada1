"""The post office's part of the Celery beat schedule."""

SCHEDULE = {
    "cx-mail-send-due": {"task": "cx_feedback.mail.tasks.send_due", "schedule": 30.0},
    "cx-mail-reap": {"task": "cx_feedback.mail.tasks.recover_leases", "schedule": 60.0},
}
