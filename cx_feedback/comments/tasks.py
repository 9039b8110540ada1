"""Celery tasks, which only call services. They can run twice, concurrently or never."""

from celery import shared_task

from cx_feedback.comments import services
from cx_feedback.comments.services import follower_notifications
from cx_feedback.core.background.task_nudges import nudge


@shared_task(name="cx_feedback.comments.purge_frontend_cache")
def purge_frontend_cache() -> int:
    """Purge changed pages from front-end caches; return the number of finished rows."""
    return services.purge_due_urls()


@shared_task(name="cx_feedback.comments.notify_followers")
def notify_followers() -> int:
    """Queue emails to followers about new comments; return the number of emails."""
    result = follower_notifications.notify_followers()
    if result.more:
        nudge(notify_followers.name)
    return result.mails


@shared_task(name="cx_feedback.comments.alert_moderators")
def alert_moderators() -> int:
    """Tell moderators of what waits too long; return the number of emails."""
    return services.alert_moderators()


@shared_task(name="cx_feedback.comments.run_spam_checks")
def run_spam_checks() -> int:
    """Check waiting comments with network scorers; return how many were decided."""
    return services.run_due_checks()


@shared_task(name="cx_feedback.comments.send_spam_reports")
def send_spam_reports() -> int:
    """Report moderators' decisions to network scorers; return the number of reports."""
    return services.send_due_reports()


@shared_task(name="cx_feedback.comments.delete_unverified_comments")
def delete_unverified_comments() -> int:
    """Delete comments that were not verified in time; return their number."""
    return services.delete_unverified_comments()


@shared_task(name="cx_feedback.comments.count_freed_votes")
def count_freed_votes() -> int:
    """Count the votes of readers whose shadow ban is over; return their number."""
    return services.count_freed_votes()


@shared_task(name="cx_feedback.comments.train_spam_model")
def train_spam_model() -> int:
    """Train the spam classifier and measure it on this site's decisions; return their number."""
    learnt = services.train_and_measure()
    return learnt.spam + learnt.good if learnt.model else 0


@shared_task(name="cx_feedback.comments.draw_spam_sample")
def draw_spam_sample() -> int:
    """Draw the daily sample of the spam for moderators to check; return its size."""
    return services.draw_spam_sample()


@shared_task(name="cx_feedback.comments.fill_search_texts")
def fill_search_texts() -> int:
    """Write the search texts that comments lack; return their number."""
    return services.fill_search_texts()
