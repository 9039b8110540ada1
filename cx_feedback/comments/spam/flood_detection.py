"""Detects floods of doubtful comments, since bots can solve proofs of work too.

Above the rate ``CX_FEEDBACK["RATES"]["doubtful"]`` of the whole site, doubtful comments of guests
are held for a moderator even with a proof of work, until some time after the last of them.
"""

from collections.abc import Iterable

from cx_feedback.comments.spam.base import SpamFinding
from cx_feedback.comments.spam.scorers.site_flood import Burst
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.http.throttles import count_request

#: Seconds after the last doubtful comment above the rate during which all are held.
FLOOD_SECONDS = 600
_FLOOD_KEY = "cx:spam:doubtful"


def count_doubtful() -> bool:
    """Count a doubtful comment of a guest and return whether there are too many."""
    count, limit = count_request("doubtful", "site")
    if limit and count > limit:
        cache.set(_FLOOD_KEY, True, FLOOD_SECONDS)
        return True
    return bool(limit and cache.get(_FLOOD_KEY))


def is_flooded(findings: Iterable[SpamFinding]) -> bool:
    """Return whether the burst scorer found a flood."""
    return any(finding.scorer == Burst.name for finding in findings)
