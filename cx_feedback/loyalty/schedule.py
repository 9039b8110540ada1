"""The beat schedule of the loyalty tasks, which ``core.schedule.beat_schedule`` includes."""

from celery.schedules import crontab

SCHEDULE = {
    "cx-loyalty-score-readers": {
        "task": "cx_feedback.loyalty.score_readers",
        "schedule": crontab(hour=2, minute=20),
    },
    "cx-loyalty-refit-model": {
        "task": "cx_feedback.loyalty.refit_model",
        "schedule": crontab(hour=4, minute=20, day_of_week="monday"),
    },
    "cx-loyalty-find-silences": {
        "task": "cx_feedback.loyalty.find_silences",
        "schedule": crontab(minute=5),  # not at the same time as the others: only one runs at once
    },
    "cx-loyalty-end-silences": {
        "task": "cx_feedback.loyalty.end_silences",
        "schedule": 600.0,
    },
    "cx-loyalty-announce-silences": {
        "task": "cx_feedback.loyalty.announce_silences",
        "schedule": 300.0,
    },
    "cx-loyalty-update-reports": {
        "task": "cx_feedback.loyalty.update_reports",
        "schedule": crontab(hour=3, minute=50),
    },
    "cx-loyalty-update-attitudes": {
        "task": "cx_feedback.loyalty.update_attitudes",
        "schedule": 3600.0,
    },
}
