"""Tasks, which only call services. They may run twice, at the same time or never."""

from celery import shared_task

from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.mail import services
from cx_feedback.mail.copies import answer_copies

#: Deliveries of one run, so that a worker gets to other tasks too.
RUN_SIZE = 2000


@shared_task(name="cx_feedback.mail.send_due_deliveries")
def send_due_deliveries() -> int:
    """Send the due deliveries and return the number sent."""
    summary = services.send_due(limit=RUN_SIZE)
    if (summary.total >= RUN_SIZE or summary.rate_limited) and not summary.down:
        nudge(send_due_deliveries.name)
    return summary.sent


@shared_task(name="cx_feedback.mail.recover_expired_leases")
def recover_expired_leases() -> int:
    """Release the deliveries of runs that died and return the number of those affected.

    Also matches reports that arrived before the provider's ID of their message was stored.
    """
    recovered = services.recover_expired_leases()
    services.match_reports()
    return recovered.released + recovered.in_doubt


@shared_task(name="cx_feedback.mail.delete_old_copies", ignore_result=True)
def delete_old_copies() -> int:
    """Delete old copies of readers' answers."""
    return answer_copies.delete_old_copies()
