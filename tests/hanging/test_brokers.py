"""A broker that is away or hangs: no act waits for it, and the sweeps do what it was not told."""

import datetime

import pytest
from django.utils import timezone

from cx_feedback.comments.models import Comment
from cx_feedback.core.background.task_nudges import get_task
from cx_feedback.core.schedule import beat_schedule
from cx_feedback.mail.models import Delivery
from cx_feedback.surveys.models import Response
from tests.hanging.conftest import wait_until

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
