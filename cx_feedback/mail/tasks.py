"""Thin calls of the services; they may run twice, at once or never."""

from celery import shared_task

from cx_feedback.core.tasks import nudge
from cx_feedback.mail import services

#: Deliveries of one run, so that a worker gets round to other tasks.
RUN_SIZE = 2000


@shared_task(name="cx_feedback.mail.tasks.send_due")
def send_due() -> int:
    """Send what is due; return how many went out."""
    outcome = services.send_due(limit=RUN_SIZE)
    if (outcome.total >= RUN_SIZE or outcome.paced) and not outcome.down:
        nudge(send_due.name)
    return outcome.sent


@shared_task(name="cx_feedback.mail.tasks.recover_leases")
def recover_leases() -> int:
    """Take back the rows of runs that died; return how many waited or are in doubt.

    Reports that came before the message that they are about find it now.
    """
    reaped = services.recover_expired_leases()
    services.match_reports()
    return reaped.released + reaped.in_doubt
