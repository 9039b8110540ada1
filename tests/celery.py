"""The Celery app of the test site: eager without a broker, a real one by the environment."""

from celery import Celery

from cx_feedback.core.schedule import beat_schedule

app = Celery("tests")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def add_schedule(sender: Celery, **kwargs: object) -> None:
    sender.conf.beat_schedule = beat_schedule()
