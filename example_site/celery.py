"""The Celery application of the example site."""

import os
from pathlib import Path

from celery import Celery

import example_site.broker  # noqa: F401  (makes filesystem:// safe)
from cx_feedback.core.schedule import beat_schedule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example_site.settings")

app = Celery("example_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = beat_schedule()
app.autodiscover_tasks()


def make_broker_folders() -> None:
    """Create the folders of the filesystem broker, which does not make them itself."""
    for name, folder in app.conf.broker_transport_options.items():
        if name.endswith("_folder") or name.startswith("data_folder_"):
            Path(folder).mkdir(parents=True, exist_ok=True)


make_broker_folders()
