"""This room has no tasks. Celery imports the module in its workers, to connect its signals."""

from cx_feedback.core.database import replicas

replicas.connect_task_signals()
