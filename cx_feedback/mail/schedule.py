"""The Celery beat schedule of the mail room."""

SCHEDULE = {
    "cx-mail-send-due-deliveries": {
        "task": "cx_feedback.mail.send_due_deliveries",
        "schedule": 30.0,
    },
    "cx-mail-recover-expired-leases": {
        "task": "cx_feedback.mail.recover_expired_leases",
        "schedule": 60.0,
    },
}
