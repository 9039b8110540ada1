"""The end of what is kept for a time: the preview of tonight, and the nightly deletion."""

import datetime
import logging
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import ngettext, pgettext

from cx_feedback.core.privacy.personal_data import Expiry
from cx_feedback.core.privacy.registry import get_expiries
from cx_feedback.core.retention_periods import PERIODS, is_unlimited

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ExpiryPreview:
    """The number of rows that end by a moment."""

    expiry: Expiry
    count: int

    @property
    def length(self) -> str:
        """Return the period on this site in words."""
        return describe_length(self.expiry.period)


def describe_length(period: str) -> str:
    """Return the length of a period of ``core.retention_periods`` in words."""
    days = PERIODS[period].get_length() // datetime.timedelta(days=1)
    if is_unlimited(period):
        return pgettext("personal data", "no limit")
    if not days:
        return pgettext("personal data", "not kept")
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def preview_expiries(*, now: datetime.datetime | None = None) -> list[ExpiryPreview]:
    """Return what a deletion at ``now`` would take, by period; it changes nothing."""
    at = now or timezone.now()
    return [
        ExpiryPreview(one, sum(rows.count() for rows in one.find(at))) for one in get_expiries()
    ]


def delete_expired() -> dict[str, int]:
    """Delete or clear what is older than its period; return the numbers by period.

    An error of one does not stop the others; the name of the first is raised at the end.
    """
    done: dict[str, int] = {}
    failed = ""
    for one in get_expiries():
        try:
            done[one.period] = done.get(one.period, 0) + one.delete()
        except Exception as error:  # the others have their periods too
            # Without its words: those of a database may hold values of the row, and what is
            # raised here is logged and shown as the error of the job.
            logger.error("What ends by %s was not deleted: %s", one.period, type(error).__name__)
            failed = failed or f"What ends by {one.period} was not deleted: {type(error).__name__}"
    if failed:
        raise RuntimeError(failed)
    return done
