"""What follows when readers see something new: caches are told, followers are written to."""

from collections.abc import Iterable

from django.apps import apps

from cx_feedback.core.tasks import nudge


def announce(thread_ids: Iterable[int], *, news: bool) -> None:
    """Queue what is left to do after the current transaction; a sweep finds lost news."""
    from cx_feedback.comments import tasks

    if apps.is_installed("wagtail.contrib.frontend_cache"):
        nudge(tasks.purge, list(thread_ids))
    if news:
        nudge(tasks.tell_followers)
