"""When the tasks of this room run; included by ``core.schedule.beat_schedule``."""

from celery.schedules import crontab

SCHEDULE = {
    "cx-loyalty-score": {
        "task": "cx_feedback.loyalty.tasks.score",
        "schedule": crontab(hour=2, minute=20),
    },
    "cx-loyalty-refit": {
        "task": "cx_feedback.loyalty.tasks.refit",
        "schedule": crontab(hour=4, minute=20, day_of_week="monday"),
    },
    "cx-loyalty-find-silent": {
        "task": "cx_feedback.loyalty.tasks.find_silent",
        "schedule": crontab(minute=5),  # never at once with the others, of which one runs
    },
    "cx-loyalty-find-won-back": {
        "task": "cx_feedback.loyalty.tasks.find_won_back",
        "schedule": 600.0,
    },
    "cx-loyalty-announce": {
        "task": "cx_feedback.loyalty.tasks.announce",
        "schedule": 300.0,
    },
    "cx-loyalty-measure": {
        "task": "cx_feedback.loyalty.tasks.measure",
        "schedule": crontab(hour=3, minute=50),
    },
    "cx-loyalty-attitudes": {
        "task": "cx_feedback.loyalty.tasks.keep_attitudes",
        "schedule": 3600.0,
    },
}
