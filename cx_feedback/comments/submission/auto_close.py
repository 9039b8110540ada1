"""When comments on a page close: some days after its first publication, by policy, or by hand.

``close_after`` of the nearest policy or of the site says after how many days (``page_rules``).
"""

import datetime

from django.utils import timezone

from cx_feedback.comments.models import Rule, Thread

#: Reasons for which nobody can comment.
BY_HAND, BY_POLICY, BY_AGE = "hand", "policy", "age"


def get_closing_time(
    published_at: datetime.datetime | None, *, close_after: int
) -> datetime.datetime | None:
    """Return the moment from which a page takes no comments, None for never.

    ``close_after`` is the number of days after the first publication, 0 for never.
    """
    if not close_after or not published_at:
        return None
    return published_at + datetime.timedelta(days=close_after)


def has_closed_by_age(closes_at: datetime.datetime | None) -> bool:
    """Return whether the moment from which a page takes no comments has come."""
    return closes_at is not None and closes_at <= timezone.now()


def get_closed_reason(rule: str, thread: Thread | None, closes_at: datetime.datetime | None) -> str:
    """Return BY_HAND, BY_POLICY or BY_AGE, "" while readers can comment."""
    if thread is not None and thread.closed:
        return BY_HAND
    if rule == Rule.CLOSED:
        return BY_POLICY
    return BY_AGE if has_closed_by_age(closes_at) else ""
