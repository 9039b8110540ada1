"""Closing threads by hand, and opening them again; by age: ``submission/auto_close.py``."""

from django.db import transaction

from cx_feedback.comments.models import Thread
from cx_feedback.comments.submission import page_rules


@transaction.atomic
def set_thread_closed(*, page_id: int, closed: bool) -> Thread:
    """Close the thread of a page to new comments, or open it again."""
    thread = Thread.objects.get_or_create(page_id=page_id)[0]
    Thread.objects.filter(pk=thread.pk).update(closed=closed)
    thread.closed = closed
    page_rules.clear_rules_cache()
    # Another request may have cached the earlier state before the commit.
    transaction.on_commit(page_rules.clear_rules_cache)
    return thread
