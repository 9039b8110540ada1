"""Tasks, which only call services. They may run twice, at the same time or never."""

from celery import shared_task

from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.webhooks.services import sending


@shared_task(name="cx_feedback.webhooks.send_due_events", ignore_result=True)
def send_due_events() -> None:
    """Start a task for each endpoint with due events, so that a slow one holds up no other."""
    for endpoint_id in sending.find_due_endpoints():
        nudge(send_to_endpoint.name, endpoint_id)


@shared_task(name="cx_feedback.webhooks.send_to_endpoint", ignore_result=True)
def send_to_endpoint(endpoint_id: int) -> None:
    """Send the due events of an endpoint, and queue itself again while more wait."""
    if sending.send_events(endpoint_id=endpoint_id).more:
        nudge(send_to_endpoint.name, endpoint_id)
