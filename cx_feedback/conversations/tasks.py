"""Tasks, which only call services. They may run twice, at the same time or never."""

from celery import shared_task

from cx_feedback.conversations import services
from cx_feedback.conversations.effects import expectations
from cx_feedback.conversations.promise import notices, recalculation
from cx_feedback.conversations.services import missed_responses


@shared_task(name="cx_feedback.conversations.find_missed_responses", ignore_result=True)
def find_missed_responses() -> None:
    """Begin the conversations about responses that receivers have missed."""
    missed_responses.begin_missed_conversations()


@shared_task(name="cx_feedback.conversations.recalculate_due_times", ignore_result=True)
def recalculate_due_times() -> None:
    """Work out all due times again that are of an earlier version, by key range."""
    last: int | None = 0
    while last is not None:
        last = recalculation.recalculate_batch(after=last)


@shared_task(name="cx_feedback.conversations.send_promise_notices", ignore_result=True)
def send_promise_notices() -> None:
    """Queue the mails to editors before and after promised times."""
    notices.send_due_notices()


@shared_task(name="cx_feedback.conversations.store_expectations", ignore_result=True)
def store_expectations() -> None:
    """Store what is expected of the readers of new conversations."""
    expectations.store_expectations()


@shared_task(name="cx_feedback.conversations.wake_conversations", ignore_result=True)
def wake_conversations() -> None:
    """Open the snoozed conversations whose time has come."""
    services.wake_conversations()
