"""Thin calls of the services; they may run twice, at once or never."""

from celery import shared_task

from cx_feedback.core.tasks import nudge


@shared_task(name="cx_feedback.comments.tasks.purge")
def purge(thread_ids: list[int]) -> int:
    """Purge the pages of these threads from the caches in front; return how many pages."""
    from cx_feedback.comments.purging import purge_pages

    return purge_pages(thread_ids=thread_ids)


@shared_task(name="cx_feedback.comments.tasks.tell_followers")
def tell_followers() -> int:
    """Write to those who follow of what was published; return how many mails."""
    from cx_feedback.comments.services import following

    told = following.tell()
    if told.more:
        nudge(tell_followers)
    return told.mails
