"""What beat runs: the sweep that folds what a lost nudge missed."""

SCHEDULE = {
    "cx-surveys-fold": {"task": "cx_feedback.surveys.tasks.fold", "schedule": 60.0},
}
