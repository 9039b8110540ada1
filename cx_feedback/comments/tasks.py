"""Thin calls of the services; they may run twice, at once or never."""

from celery import shared_task

from cx_feedback.core.tasks import nudge


@shared_task(name="cx_feedback.comments.purge_frontend_cache")
def purge_frontend_cache() -> int:
    """Purge what changed from the caches in front; return how many rows are done."""
    from cx_feedback.comments import services

    return services.purge_due_urls()


@shared_task(name="cx_feedback.comments.notify_followers")
def notify_followers() -> int:
    """Write to those who follow of what was published; return how many mails."""
    from cx_feedback.comments.services import following

    told = following.notify_followers()
    if told.more:
        nudge(notify_followers.name)
    return told.mails


@shared_task(name="cx_feedback.comments.run_spam_checks")
def run_spam_checks() -> int:
    """Ask the scorers behind a network about comments that wait; return how many were decided."""
    from cx_feedback.comments import services

    return services.run_due_checks()


@shared_task(name="cx_feedback.comments.send_spam_reports")
def send_spam_reports() -> int:
    """Tell the scorers behind a network what moderators decided; return how many reports."""
    from cx_feedback.comments import services

    return services.send_due_reports()


@shared_task(name="cx_feedback.comments.delete_unverified_comments")
def delete_unverified_comments() -> int:
    """Delete the comments whose address nobody verified in time; return how many."""
    from cx_feedback.comments import services

    return services.delete_unverified_comments()


@shared_task(name="cx_feedback.comments.delete_unconfirmed_follows")
def delete_unconfirmed_follows() -> int:
    """Delete following that nobody confirmed in time; return how many."""
    from cx_feedback.comments import services

    return services.delete_unconfirmed_follows()


@shared_task(name="cx_feedback.comments.clear_client_hashes")
def clear_client_hashes() -> int:
    """Clear what was kept long enough of network addresses."""
    from cx_feedback.comments import services

    services.delete_old_reports()
    return services.clear_client_hashes()


@shared_task(name="cx_feedback.comments.train_spam_model")
def train_spam_model() -> int:
    """Learn anew what spam is here; return from how many decisions."""
    from cx_feedback.comments.spam.training import train_spam_model as learn

    learnt = learn()
    return learnt.spam + learnt.good if learnt.model else 0
