"""What beat runs: the sweeps that do what a lost nudge missed, and delete old exports."""

SCHEDULE = {
    "cx-surveys-fold": {"task": "cx_feedback.surveys.tasks.fold", "schedule": 60.0},
    "cx-surveys-exports": {
        "task": "cx_feedback.surveys.tasks.sweep_exports",
        "schedule": 600.0,
    },
}
