"""``docs/extending/reacting-to-events.md``: its receiver hears of a reader who stays away."""

import datetime

import pytest
from django.core.cache import cache

from cx_feedback.core import signals
from cx_feedback.readers.models import Reader
from tests.extending.guides import load_example


@pytest.mark.django_db
def test_the_receiver_of_the_guide(django_capture_on_commit_callbacks):
    receivers = load_example("reacting-to-events.md", "magazine/receivers.py")
    receivers.connect()
    try:
        with django_capture_on_commit_callbacks(execute=True):
            signals.reader_fell_silent.send(
                Reader,
                reader_id=5,
                silence_id=1,
                since=datetime.date(2026, 10, 1),
                probability=0.1,
            )
    finally:
        signals.reader_fell_silent.disconnect(dispatch_uid="magazine.note_silence")
    assert cache.get("magazine:call:5") == "2026-10-01"
