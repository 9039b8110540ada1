"""Retention periods: all that the rooms delete or clear by themselves, and after how long.

Days that a site can set have their defaults in ``core/settings/settings_list.py``. A room's task
asks ``get_cutoff`` for the moment before which its rows go. ``docs/explanation/privacy.md``
names each period.
"""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from cx_feedback.core import conf


@dataclass(frozen=True)
class RetentionPeriod:
    """A number of days, or that of the longest of some ``settings``.

    ``grace`` is added where somebody may still act at the last moment. With 0 days nothing is
    kept, or all of it where ``keeps_all_at_zero``.
    """

    days: int = 0
    settings: tuple[str, ...] = ()
    grace: datetime.timedelta = datetime.timedelta()
    keeps_all_at_zero: bool = False

    def get_length(self) -> datetime.timedelta:
        """Return the period on this site."""
        days = max([self.days, *(conf.get(key) for key in self.settings)])
        return datetime.timedelta(days=days) + self.grace


PERIODS: dict[str, RetentionPeriod] = {
    # A link that still confirms must find its subscription.
    "unconfirmed_subscriptions": RetentionPeriod(
        settings=("NEWSLETTER_UNCONFIRMED_DAYS", "NEWSLETTER_CONFIRM_DAYS")
    ),
    "unconfirmed_follows": RetentionPeriod(settings=("COMMENTS_UNCONFIRMED_DAYS",)),
    "unverified_comments": RetentionPeriod(
        settings=("COMMENTS_PROOF_DAYS",), grace=datetime.timedelta(hours=1)
    ),
    "client_hashes": RetentionPeriod(settings=("COMMENTS_ORIGIN_DAYS",)),
    "comment_revisions": RetentionPeriod(settings=("COMMENTS_REVISION_DAYS",)),
    "refused_comments": RetentionPeriod(
        settings=("COMMENTS_REFUSED_DAYS",), keeps_all_at_zero=True
    ),
    "spam_reports": RetentionPeriod(settings=("COMMENTS_ORIGIN_DAYS",)),
    "partial_responses": RetentionPeriod(settings=("SURVEYS_PARTIAL_DAYS",)),
    "response_exports": RetentionPeriod(settings=("EXPORT_DAYS",)),
    "subscriber_files": RetentionPeriod(settings=("EXPORT_DAYS",)),
    "visit_days": RetentionPeriod(settings=("VISIT_DAYS",), keeps_all_at_zero=True),
    # The day's copy must be known until the day is over, wherever its mail waits.
    "answer_copies": RetentionPeriod(days=2),
    # Longer than a browser tries to send what it could not.
    "stored_answers": RetentionPeriod(days=8),
    "anonymous_keys": RetentionPeriod(days=8),
    "webhook_events": RetentionPeriod(settings=("WEBHOOKS_LOG_DAYS",)),
    "closed_conversations": RetentionPeriod(
        settings=("CONVERSATIONS_CLOSED_DAYS",), keeps_all_at_zero=True
    ),
    "loyalty_runs": RetentionPeriod(days=90),
}


def get_cutoff(name: str, *, now: datetime.datetime | None = None) -> datetime.datetime:
    """Return the moment before which the rows of the period ``name`` are too old."""
    return (now or timezone.now()) - PERIODS[name].get_length()


def is_unlimited(name: str) -> bool:
    """Return whether the rows of the period ``name`` stay for good."""
    return PERIODS[name].keeps_all_at_zero and not PERIODS[name].get_length()
