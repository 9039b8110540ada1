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
    "cx-mail-delete-old-copies": {
        "task": "cx_feedback.mail.delete_old_copies",
        "schedule": 3600.0,
    },
}
