"""A broker that is away or hangs: no act waits for it, and the sweeps do what it was not told."""

import datetime
import threading

import pytest
from celery import current_app
from django.utils import timezone

from cx_feedback.comments.models import Comment
from cx_feedback.core.background import task_publisher
from cx_feedback.core.background.task_nudges import get_task
from cx_feedback.core.schedule import beat_schedule
from cx_feedback.mail.models import Delivery
from cx_feedback.surveys.models import Response
from tests.hanging.conftest import publishing, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
@pytest.mark.parametrize("how", ["refused", "mute"])
def test_no_act_waits_for_a_broker(
    how, scheme, broker, mute, refused, no_act_waits, mailoutbox, caplog
):
    with no_act_waits():
        broker(f"{scheme}://127.0.0.1:{refused if how == 'refused' else mute.port}/0")
    if how == "mute":
        assert wait_until(lambda: mute.asked)
    else:
        assert wait_until(lambda: "Could not queue" in caplog.text)
    nothing_is_lost(mailoutbox)


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_no_act_waits_for_the_name_of_a_broker(
    scheme, broker, slow_names, no_act_waits, mailoutbox
):
    with no_act_waits():
        broker(f"{scheme}://broker.example:1234/0")
    assert wait_until(lambda: "broker.example" in slow_names)
    nothing_is_lost(mailoutbox)


def nothing_is_lost(mailoutbox):
    """Let the sweeps do what no nudge told them."""
    assert Response.objects.filter(folded=False).exists()
    # A form that was just sent is folded when it can no longer be sent twice.
    earlier = timezone.now() - datetime.timedelta(minutes=1)
    Response.objects.filter(folded=False).update(created_at=earlier)
    sweep()
    assert not Response.objects.filter(folded=False).exists()
    assert not Comment.objects.filter(state="published", followers_notified=False).exists()
    assert not Delivery.objects.exclude(state="sent").exists()
    assert mailoutbox


def sweep():
    """Run every task of the beat schedule, here."""
    for entry in beat_schedule().values():
        get_task(entry["task"]).apply(throw=True)


def test_a_nudge_that_is_late_runs_nothing_in_the_next_test(refused):
    ran, is_over = [], threading.Event()

    def note():
        ran.append(threading.current_thread().name)

    task = current_app.task(note, name="tests.hanging.note")

    class Late(task_publisher.TaskPublisher):
        def _publish(self, *nudge):
            is_over.wait(20)
            super()._publish(*nudge)

    publisher = Late()
    with pytest.MonkeyPatch.context() as patch, publishing(patch, publisher) as use:
        use(f"redis://127.0.0.1:{refused}/0")
        publisher.put(task, ())
    is_over.set()
    assert wait_until(lambda: publisher.breaker.is_open)
    assert ran == []
