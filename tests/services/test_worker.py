"""A real worker on a real broker does what it is asked."""

import pytest

from tests.celery import app

pytestmark = [pytest.mark.services, pytest.mark.broker]


def test_the_worker_knows_every_scheduled_task(worker):
    registered = next(iter(app.control.inspect(timeout=5).registered().values()))
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled <= set(registered)
