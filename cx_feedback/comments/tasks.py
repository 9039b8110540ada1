"""Thin calls of the services; they may run twice, at once or never."""

from celery import shared_task

from cx_feedback.core.tasks import nudge


@shared_task(name="cx_feedback.comments.tasks.purge")
def purge() -> int:
    """Purge what changed from the caches in front; return how many rows are done."""
    from cx_feedback.comments import services

    return services.purge_due()


@shared_task(name="cx_feedback.comments.tasks.tell_followers")
def tell_followers() -> int:
    """Write to those who follow of what was published; return how many mails."""
    from cx_feedback.comments.services import following

    told = following.tell()
    if told.more:
        nudge(tell_followers)
    return told.mails


@shared_task(name="cx_feedback.comments.tasks.check_spam")
def check_spam() -> int:
    """Ask the scorers behind a network about comments that wait; return how many were decided."""
    from cx_feedback.comments import services

    return services.check_due()


@shared_task(name="cx_feedback.comments.tasks.report_spam")
def report_spam() -> int:
    """Tell the scorers behind a network what moderators decided; return how many reports."""
    from cx_feedback.comments import services

    return services.report_due()


@shared_task(name="cx_feedback.comments.tasks.expire_proofs")
def expire_proofs() -> int:
    """Delete the comments whose address nobody proved in time; return how many."""
    from cx_feedback.comments import services

    return services.expire()


@shared_task(name="cx_feedback.comments.tasks.forget_unconfirmed")
def forget_unconfirmed() -> int:
    """Delete following that nobody confirmed in time; return how many."""
    from cx_feedback.comments import services

    return services.forget_unconfirmed()


@shared_task(name="cx_feedback.comments.tasks.forget_origins")
def forget_origins() -> int:
    """Clear what was kept long enough of network addresses."""
    from cx_feedback.comments import services

    services.forget_reports()
    return services.forget_origins()


@shared_task(name="cx_feedback.comments.tasks.learn_spam")
def learn_spam() -> int:
    """Learn anew what spam is here; return from how many decisions."""
    from cx_feedback.comments.spam.training import learn

    learnt = learn()
    return learnt.spam + learnt.good if learnt.model else 0
